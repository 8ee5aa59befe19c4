//go:build linux

package main

import (
	"cmp"
	"context"
	"fmt"
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

// freePort returns a port that somebody else can listen on.
func freePort() (string, error) {
	listener, port, err := listen()
	if err != nil {
		return "", err
	}
	return port, listener.Close()
}

// accept returns the socket of the first peer, and closes the listener.
func accept(ctx context.Context, listener *net.TCPListener) (*os.File, error) {
	stop := context.AfterFunc(ctx, func() { listener.Close() })
	defer stop()
	defer listener.Close()
	conn, err := listener.AcceptTCP()
	if err != nil {
		return nil, err
	}
	return socketOf(conn)
}

// farControl is the congestion control of the far ends: one that every kernel has,
// and that sets no timer for each packet. Where the default does, as BBR, nothing
// but those timers would be measured.
const farControl = "reno"

// dial returns a socket to a port that somebody is about to listen on.
func dial(ctx context.Context, port string) (*os.File, error) {
	dialer := net.Dialer{Control: func(_, _ string, raw syscall.RawConn) error {
		var err error
		bad := raw.Control(func(fd uintptr) {
			err = unix.SetsockoptString(int(fd), unix.IPPROTO_TCP, unix.TCP_CONGESTION, farControl)
		})
		return cmp.Or(bad, err)
	}}
	for {
		conn, err := dialer.DialContext(ctx, "tcp4", loopback+port)
		if err == nil {
			return socketOf(conn.(*net.TCPConn))
		}
		if ctx.Err() != nil {
			return nil, fmt.Errorf("%w: %w", context.Cause(ctx), err)
		}
		time.Sleep(200 * time.Microsecond)
	}
}

// socketOf takes the socket out of a connection.
func socketOf(conn *net.TCPConn) (*os.File, error) {
	defer conn.Close() // the file has one of its own
	return conn.File()
}
