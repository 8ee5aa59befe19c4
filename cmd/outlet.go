package cmd

import (
	"bytes"
	"errors"
	"os"
	"sync"
	"time"
)

// outlet is standard output or standard error: a write that waits for a reader
// does not keep an interrupted program from its end.
type outlet struct {
	file        *os.File
	interrupted <-chan struct{} // closed when somebody wants the program to stop

	mu    sync.Mutex // held around a write; guards stuck
	stuck bool       // given up
}

// graceForReader is how long an interrupted program goes on to try to be heard.
const graceForReader = time.Second

var errStuck = errors.New("nobody reads it")

// Write writes p, or gives the reader up for good.
func (o *outlet) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.stuck {
		return 0, errStuck
	}
	var n int
	var err error
	written := make(chan struct{}) // closed when both are known
	text := bytes.Clone(p)         // the write may outlive this call
	go func() {
		n, err = o.file.Write(text)
		close(written)
	}()
	select {
	case <-written:
		return n, err
	case <-o.interrupted:
	}
	select {
	case <-written:
		return n, err
	case <-time.After(graceForReader):
		o.stuck = true
		return 0, errStuck
	}
}
