//go:build unix

package endpoint

import (
	"context"
	"errors"
	"os"
	"syscall"
	"time"
)

// A fifoReader waits until somebody has opened the FIFO for writing. A read
// before that would see the end at once.
type fifoReader struct {
	label
	file          *os.File
	acceptTimeout time.Duration
}

func newFIFOReader(l label, file *os.File, acceptTimeout time.Duration) waiter {
	return &fifoReader{l, file, acceptTimeout}
}

func (r *fifoReader) wait(ctx context.Context) (stream, error) {
	ctx, stop := withTimeout(ctx, r.timeout("open", "writer", r.acceptTimeout))
	defer stop()
	err := retry(ctx, func() (bool, error) { return hadWriter(r.file) })
	if err != nil {
		return nil, r.fail("open", err)
	}
	return pipeStream(r.file)
}

func (r *fifoReader) close() error { return r.file.Close() }

// A fifoWriter waits until somebody has opened the FIFO for reading. Before
// that, it cannot be opened for writing, and no event announces the moment.
type fifoWriter struct {
	label
	path          string
	acceptTimeout time.Duration
}

func newFIFOWriter(l label, path string, acceptTimeout time.Duration) waiter {
	return &fifoWriter{l, path, acceptTimeout}
}

func (w *fifoWriter) wait(ctx context.Context) (stream, error) {
	ctx, stop := withTimeout(ctx, w.timeout("open", "reader", w.acceptTimeout))
	defer stop()
	var file *os.File
	err := retry(ctx, func() (done bool, err error) {
		file, err = os.OpenFile(w.path, os.O_WRONLY|openNonBlock, 0)
		if errors.Is(err, syscall.ENXIO) { // no reader yet
			return false, nil
		}
		return true, err
	})
	if err == nil {
		err = stillFIFO(file)
	}
	if err != nil {
		file.Close()
		return nil, w.fail("open", err)
	}
	return pipeStream(file)
}

func (w *fifoWriter) close() error { return nil }

var errNoFIFO = errors.New("is a FIFO no longer")

// stillFIFO returns an error if file is no FIFO. Another file may have got the
// name while fifoWriter waited, and it must not be overwritten.
func stillFIFO(file *os.File) error {
	info, err := file.Stat()
	if err == nil && kindOf(info.Mode()) != KindPipe {
		err = errNoFIFO
	}
	return err
}
