module stepkv/go_channel

go 1.18
