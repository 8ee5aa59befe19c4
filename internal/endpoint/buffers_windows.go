package endpoint

import "golang.org/x/sys/windows"

func setBuffer(fd uintptr, option, bytes int) error {
	return windows.SetsockoptInt(windows.Handle(fd), windows.SOL_SOCKET, option, bytes)
}

func bufferSize(fd uintptr, option int) (bytes int, err error) {
	return windows.GetsockoptInt(windows.Handle(fd), windows.SOL_SOCKET, option)
}
