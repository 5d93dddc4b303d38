// The design of step 03 in the language it comes from: a goroutine per client,
// one goroutine that owns the map, a channel between them, and in each
// operation the channel on which its answer comes back.
//
// It speaks both dialects of the steps (lines, and RESP arrays) and knows GET
// and SET: enough to carry the same load as they do, byte for byte.
package main

import (
	"bufio"
	"bytes"
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"os"
	"strconv"
)

type operation struct {
	words  []string
	result chan result
}

type result struct {
	value string
	kind  kind
}

type kind int

const (
	value kind = iota
	stored
	missing
	failed
)

// serveStore owns the map: nobody else has a reference to it.
func serveStore(operations <-chan operation) {
	table := make(map[string]string)
	for op := range operations {
		op.result <- apply(table, op.words)
	}
}

func apply(table map[string]string, words []string) result {
	switch {
	case len(words) == 2 && words[0] == "GET":
		if found, ok := table[words[1]]; ok {
			return result{found, value}
		}
		return result{"", missing}
	case len(words) == 3 && words[0] == "SET":
		table[words[1]] = words[2]
		return result{"", stored}
	}
	return result{"ERR not GET key or SET key value", failed}
}

func serveClient(client net.Conn, operations chan<- operation) {
	defer client.Close()
	in := bufio.NewReaderSize(client, 16*1024)
	out := bufio.NewWriterSize(client, 16*1024)
	answers := make(chan result)
	for {
		words, resp, err := readRequest(in)
		if err != nil {
			return
		}
		operations <- operation{words, answers}
		writeReply(out, <-answers, resp)
		// A pipeline is answered with one write, as the steps do.
		if in.Buffered() == 0 {
			if err := out.Flush(); err != nil {
				return
			}
		}
	}
}

func readRequest(in *bufio.Reader) (words []string, resp bool, err error) {
	first, err := in.Peek(1)
	if err != nil {
		return nil, false, err
	}
	if first[0] == '*' {
		words, err = readArray(in)
		return words, true, err
	}
	line, err := in.ReadBytes('\n')
	for _, word := range bytes.Fields(line) {
		words = append(words, string(word))
	}
	return words, false, err
}

func readArray(in *bufio.Reader) ([]string, error) {
	count, err := readLength(in, '*')
	if err != nil {
		return nil, err
	}
	words := make([]string, 0, count)
	for i := 0; i < count; i++ {
		length, err := readLength(in, '$')
		if err != nil {
			return nil, err
		}
		word := make([]byte, length+2)
		if _, err := io.ReadFull(in, word); err != nil {
			return nil, err
		}
		words = append(words, string(word[:length]))
	}
	return words, nil
}

const longestLength = 1 << 29

func readLength(in *bufio.Reader, mark byte) (int, error) {
	line, err := in.ReadSlice('\n')
	if err != nil {
		return 0, err
	}
	if len(line) < 4 || line[0] != mark {
		return 0, errors.New("not a length")
	}
	length, err := strconv.Atoi(string(line[1 : len(line)-2]))
	if err != nil || length < 0 || length > longestLength {
		return 0, errors.New("not a length")
	}
	return length, nil
}

// Errors of the writer are kept by it and come back from Flush.
func writeReply(out *bufio.Writer, reply result, resp bool) {
	switch {
	case resp && reply.kind == value:
		out.WriteString("$" + strconv.Itoa(len(reply.value)) + "\r\n")
		out.WriteString(reply.value)
		out.WriteString("\r\n")
	case resp && reply.kind == stored:
		out.WriteString("+OK\r\n")
	case resp && reply.kind == missing:
		out.WriteString("$-1\r\n")
	case resp:
		out.WriteString("-" + reply.value + "\r\n")
	case reply.kind == stored:
		out.WriteString("OK\n")
	default:
		out.WriteString(reply.value + "\n")
	}
}

func main() {
	port := flag.Int("port", 0, "TCP port on 127.0.0.1; 0 picks a free one")
	flag.Parse()
	listener, err := net.Listen("tcp4", fmt.Sprintf("127.0.0.1:%d", *port))
	if err != nil {
		fmt.Fprintln(os.Stderr, "go_channel:", err)
		os.Exit(1)
	}
	operations := make(chan operation)
	go serveStore(operations)
	fmt.Println("Serving", listener.Addr())
	for {
		client, err := listener.Accept()
		if err != nil {
			fmt.Fprintln(os.Stderr, "go_channel:", err)
			os.Exit(1)
		}
		go serveClient(client, operations)
	}
}
