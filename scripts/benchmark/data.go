//go:build linux

package main

import (
	"bytes"
	"crypto/rand"
	"fmt"
	"io"
	mathrand "math/rand/v2"
	"os"
)

const (
	kib = 1 << 10
	mib = 1 << 20
	gib = 1 << 30
)

// data is a file of incompressible bytes to be copied.
type data struct {
	file string
	size int64
}

// newData writes size fresh bytes to file.
func newData(file string, size int64) (_ data, err error) {
	out, err := os.Create(file)
	if err != nil {
		return data{}, err
	}
	defer func() {
		if closed := out.Close(); err == nil {
			err = closed
		}
	}()
	var seed [32]byte
	rand.Read(seed[:]) // never fails
	if _, err := io.CopyN(out, mathrand.NewChaCha8(seed), size); err != nil {
		return data{}, err
	}
	// On a disk, writing it back must not go on while copies are measured.
	return data{file, size}, out.Sync()
}

// compare reads r to its end and fails unless that is the data, repeat times.
func (d data) compare(r io.Reader, repeat int) error {
	for range repeat {
		if err := d.compareOnce(r); err != nil {
			return err
		}
	}
	if n, _ := r.Read(make([]byte, 1)); n > 0 {
		return fmt.Errorf("compare what arrived: more than the %d bytes sent", d.size*int64(repeat))
	}
	return nil
}

func (d data) compareOnce(r io.Reader) error {
	sent, err := os.Open(d.file)
	if err != nil {
		return err
	}
	defer sent.Close()
	want, got := make([]byte, mib), make([]byte, mib)
	for offset := int64(0); ; offset += mib {
		n, err := io.ReadFull(sent, want)
		if n == 0 {
			return nil
		}
		if err != nil && err != io.ErrUnexpectedEOF {
			return err
		}
		if _, err := io.ReadFull(r, got[:n]); err != nil {
			return fmt.Errorf("compare what arrived: after byte %d: %w", offset, err)
		}
		if !bytes.Equal(want[:n], got[:n]) {
			return fmt.Errorf("compare what arrived: other bytes than sent after byte %d", offset)
		}
	}
}
