package cmd

import (
	"context"
	"errors"
	"io"
	"os"

	"bpcopy/internal/bytesize"
	"bpcopy/internal/endpoint"
)

// unless returns what work does, or that ctx has ended: work is then left behind.
// It is for opening and reading what may keep us waiting, such as a FIFO.
func unless[T any](ctx context.Context, work func() (T, error)) (T, error) {
	type result struct {
		value T
		err   error
	}
	done := make(chan result, 1)
	go func() {
		value, err := work()
		done <- result{value, err}
	}()
	select {
	case r := <-done:
		return r.value, r.err
	case <-ctx.Done():
		var none T
		return none, context.Cause(ctx)
	}
}

// createFile opens a file to be written from its beginning.
func createFile(ctx context.Context, path string) (*os.File, error) {
	return unless(ctx, func() (*os.File, error) {
		return os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o666)
	})
}

var (
	errTooLong     = errors.New("too long")
	errStdinClosed = errors.New("standard input is closed")
)

// readInput reads a file, or standard input for "-", of at most so many bytes.
func (a *app) readInput(ctx context.Context, path string, most bytesize.Size) ([]byte, error) {
	return unless(ctx, func() ([]byte, error) {
		file := a.Stdin
		if path != "-" {
			opened, err := os.Open(path)
			if err != nil {
				return nil, err
			}
			defer opened.Close()
			file = opened
		} else if fd := int(file.Fd()); fd <= 2 && !endpoint.WasGiven(fd) {
			return nil, errStdinClosed
		}
		content, err := io.ReadAll(io.LimitReader(file, int64(most)+1))
		if err == nil && len(content) > int(most) {
			err = errTooLong
		}
		return content, err
	})
}
