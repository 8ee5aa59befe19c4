//go:build linux

package main

import (
	"context"
	"fmt"
	"net"
	"os"
	"strconv"
	"time"
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

// dial returns a socket to a port that somebody is about to listen on.
func dial(ctx context.Context, port string) (*os.File, error) {
	for {
		conn, err := net.Dial("tcp4", loopback+port)
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
