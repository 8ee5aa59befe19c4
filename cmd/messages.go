package cmd

import (
	"bytes"
	"errors"
	"os"
	"sync"
	"time"
)

// messages is standard error, which nobody need read: a write that waits for a
// reader does not keep an interrupted program from its end.
type messages struct {
	file        *os.File
	interrupted <-chan struct{} // closed when somebody wants the program to stop

	mu    sync.Mutex // held around a write; guards stuck
	stuck bool       // given up
}

// graceForMessages is how long an interrupted program tries to say so.
const graceForMessages = time.Second

var errStuck = errors.New("nobody reads standard error")

// Write writes p, or gives standard error up for good.
func (m *messages) Write(p []byte) (int, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.stuck {
		return 0, errStuck
	}
	written := make(chan error, 1)
	text := bytes.Clone(p) // the write may outlive this call
	go func() {
		_, err := m.file.Write(text)
		written <- err
	}()
	select {
	case err := <-written:
		return len(p), err
	case <-m.interrupted:
	}
	select {
	case err := <-written:
		return len(p), err
	case <-time.After(graceForMessages):
		m.stuck = true
		return 0, errStuck
	}
}
