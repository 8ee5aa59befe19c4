// Package local serves pages to browsers on this computer, and to nobody else.
//
// The program that serves may read files and copy bytes as its user. So a page
// must not be open to other users of the computer, nor to other web sites that
// the browser shows:
//
//   - The address has a token, which nobody can guess. Without it there is
//     nothing but 404.
//   - It listens on the loopback interface, unless it is told another one.
//   - The Host of a request must be this computer, by whatever port: a tunnel may
//     lead here. So a web site cannot get at the page by giving its own name this
//     address (DNS rebinding).
//   - Headers keep other sites from reading, framing or starting it, and the
//     page from asking other sites.
//   - Requests only read, have little time, and are limited in number.
//
// # Words
//
//   - token: a random part of the path. Whoever knows it may read.
//   - page: what is served below the token, at /TOKEN/.
//   - host: the name or IP address in the Host header of a request.
package local

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"time"
)

// Loopback is the address to listen on unless the user wants another one. The
// system chooses the port.
const Loopback = "127.0.0.1:0"

// The limits of one request. They bound what a client that sends or reads
// slowly can hold. A handler that answers for longer sets its own write
// deadline, by [http.ResponseController].
const (
	headerTimeout  = 5 * time.Second
	answerTimeout  = 30 * time.Second
	idleTimeout    = time.Minute // between two requests of a connection
	maxHeaderBytes = 16 << 10
	maxRequests    = 32 // at once; browsers have 6 connections to one host
	// closeGrace is how long answers may still take when the server ends.
	closeGrace = 200 * time.Millisecond
)

// Server serves pages below a token. Make it with [Listen].
type Server struct {
	listener net.Listener
	guard    guard
}

// Listen starts to listen on an address, HOST:PORT. Without HOST it is the
// loopback interface; port 0 is a free one.
func Listen(ctx context.Context, address string) (*Server, error) {
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		return nil, err
	}
	if host == "" {
		host = "127.0.0.1"
	}
	var config net.ListenConfig
	listener, err := config.Listen(ctx, "tcp", net.JoinHostPort(host, port))
	if err != nil {
		return nil, err
	}
	return On(listener, host), nil
}

// On returns a server at a listener, which it closes. The user calls its host so.
func On(listener net.Listener, host string) *Server {
	return &Server{listener: listener, guard: guard{
		token: rand.Text(),
		host:  host,
		slots: make(chan struct{}, maxRequests),
	}}
}

// URL returns where the page is: http://HOST:PORT/TOKEN/.
func (s *Server) URL() string {
	_, port, err := net.SplitHostPort(s.listener.Addr().String())
	if err != nil {
		panic("local: internal error: a listener without a port: " + err.Error())
	}
	return fmt.Sprintf("http://%s/%s/", net.JoinHostPort(s.guard.host, port), s.guard.token)
}

// Serve answers requests until ctx ends. It calls page for each request that it
// lets through, with the path after the token, which begins with a slash. It
// returns the cause of ctx, or why it cannot go on. Then nothing of it runs any
// more, unless a page does not return when the context of its request ends.
func (s *Server) Serve(ctx context.Context, page http.Handler) error {
	handler := s.guard
	handler.page = page
	server := &http.Server{
		Handler:           &handler,
		ReadHeaderTimeout: headerTimeout,
		ReadTimeout:       headerTimeout,
		WriteTimeout:      answerTimeout,
		IdleTimeout:       idleTimeout,
		MaxHeaderBytes:    maxHeaderBytes,
		// What a client does wrong is no message for the user.
		ErrorLog:    log.New(io.Discard, "", 0),
		BaseContext: func(net.Listener) context.Context { return ctx },
	}
	failed := make(chan error, 1)
	go func() { failed <- server.Serve(s.listener) }() // ends when the server is closed
	select {
	case err := <-failed:
		return err
	case <-ctx.Done():
	}
	grace, cancel := context.WithTimeout(context.WithoutCancel(ctx), closeGrace)
	defer cancel()
	if server.Shutdown(grace) != nil {
		_ = server.Close() // it fails only as the listener did
	}
	if err := <-failed; !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return context.Cause(ctx)
}

// Close ends a server that does not serve.
func (s *Server) Close() error { return s.listener.Close() }
