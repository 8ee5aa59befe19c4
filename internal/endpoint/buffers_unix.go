//go:build unix

package endpoint

import "golang.org/x/sys/unix"

func setBuffer(fd uintptr, option, bytes int) error {
	return unix.SetsockoptInt(int(fd), unix.SOL_SOCKET, option, bytes)
}

func bufferSize(fd uintptr, option int) (bytes int, err error) {
	return unix.GetsockoptInt(int(fd), unix.SOL_SOCKET, option)
}
