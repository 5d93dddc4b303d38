"""The stores in-process, by threads and write share: stores.svg."""


def plot(path, out):
    pass
