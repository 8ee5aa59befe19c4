//go:build linux

package main

import (
	"cmp"
	"context"
	"net"
	"os"
	"strconv"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// listen returns a listener on loopback and its port.
func listen() (*net.TCPListener, string, error) {
	listener, err := net.ListenTCP("tcp4", &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1)})
	if err != nil {
		return nil, "", err
	}
	return listener, strconv.Itoa(listener.Addr().(*net.TCPAddr).Port), nil
}

// acceptOne returns the socket of the first peer, and closes the listener.
func acceptOne(ctx context.Context, listener *net.TCPListener) (*os.File, error) {
	defer listener.Close()
	defer context.AfterFunc(ctx, func() { listener.Close() })()
	conn, err := listener.AcceptTCP()
	if err != nil {
		return nil, err
	}
	defer conn.Close() // the file has a socket of its own
	return conn.File()
}

// dial returns a socket to a port that somebody is about to listen on. Its
// congestion control is one that every kernel has, and that sets no timer for each
// packet. Where the default does, as BBR, nothing but those timers would be
// measured.
func dial(ctx context.Context, port string) (*os.File, error) {
	dialer := net.Dialer{Control: func(_, _ string, raw syscall.RawConn) (err error) {
		bad := raw.Control(func(fd uintptr) {
			err = unix.SetsockoptString(int(fd), unix.IPPROTO_TCP, unix.TCP_CONGESTION, "reno")
		})
		return cmp.Or(bad, err)
	}}
	for ctx.Err() == nil {
		if conn, err := dialer.DialContext(ctx, "tcp4", "127.0.0.1:"+port); err == nil {
			defer conn.Close() // the file has a socket of its own
			return conn.(*net.TCPConn).File()
		}
		time.Sleep(200 * time.Microsecond)
	}
	return nil, context.Cause(ctx)
}
