package cmd

import (
	"context"
	"errors"
	"io"
	"os"

	"bpcopy/internal/endpoint"
	"bpcopy/internal/units"
)

// untilDone calls work in a goroutine and returns what it returns. If ctx ends
// first, it returns the cause, and leaves the goroutine behind. It is for files
// that may keep us waiting, such as a FIFO.
func untilDone[T any](ctx context.Context, work func() (T, error)) (T, error) {
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

// createFile opens a file for writing, and truncates it if it exists.
func createFile(ctx context.Context, path string) (*os.File, error) {
	return untilDone(ctx, func() (*os.File, error) {
		return os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o666)
	})
}

var (
	errTooLong     = errors.New("too long")
	errStdinClosed = errors.New("standard input is closed")
)

// readFile reads a whole file. It fails with errTooLong if the file has more
// than limit.
func readFile(ctx context.Context, path string, limit units.Size) ([]byte, error) {
	return untilDone(ctx, func() ([]byte, error) {
		file, err := os.Open(path)
		if err != nil {
			return nil, err
		}
		defer file.Close()
		return readUpTo(file, limit)
	})
}

// readStdin is readFile for standard input. It fails with errStdinClosed if the
// program was started without one.
func (a *app) readStdin(ctx context.Context, limit units.Size) ([]byte, error) {
	if fd := int(a.Stdin.Fd()); fd <= 2 && !endpoint.WasGiven(fd) {
		return nil, errStdinClosed
	}
	return untilDone(ctx, func() ([]byte, error) { return readUpTo(a.Stdin, limit) })
}

// readUpTo reads a file to its end, or fails with errTooLong.
func readUpTo(file *os.File, limit units.Size) ([]byte, error) {
	if info, err := file.Stat(); err == nil && info.Mode().IsRegular() && info.Size() > int64(limit) {
		return nil, errTooLong
	}
	content, err := io.ReadAll(io.LimitReader(file, int64(limit)+1))
	if err == nil && len(content) > int(limit) {
		err = errTooLong
	}
	return content, err
}
