package cmd

import (
	"context"
	"errors"
	"io"
	"os"

	"bpcopy/internal/endpoint"
	"bpcopy/internal/units"
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

// readFile reads a file of at most so many bytes.
func readFile(ctx context.Context, path string, most units.Size) ([]byte, error) {
	return unless(ctx, func() ([]byte, error) {
		file, err := os.Open(path)
		if err != nil {
			return nil, err
		}
		defer file.Close()
		return readUpTo(file, most)
	})
}

// readStdin reads what standard input gives, if that is at most so many bytes.
func (a *app) readStdin(ctx context.Context, most units.Size) ([]byte, error) {
	if fd := int(a.Stdin.Fd()); fd <= 2 && !endpoint.WasGiven(fd) {
		return nil, errStdinClosed
	}
	return unless(ctx, func() ([]byte, error) { return readUpTo(a.Stdin, most) })
}

func readUpTo(file *os.File, most units.Size) ([]byte, error) {
	if info, err := file.Stat(); err == nil && info.Mode().IsRegular() && info.Size() > int64(most) {
		return nil, errTooLong
	}
	content, err := io.ReadAll(io.LimitReader(file, int64(most)+1))
	if err == nil && len(content) > int(most) {
		err = errTooLong
	}
	return content, err
}
