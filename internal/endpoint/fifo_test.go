//go:build unix

package endpoint

import (
	"context"
	"errors"
	"io"
	"os"
	"strings"
	"testing"
	"time"
)

func TestFIFOSource(t *testing.T) {
	checkLeaks(t)
	fifo := makeFIFO(t, t.TempDir()+"/fifo")
	src := openSource(t, fifo, SourceOptions{})
	if src.Kind() != KindPipe || src.Name() != "fifo" {
		t.Errorf("Kind(), Name() = %v, %q; want pipe, fifo", src.Kind(), src.Name())
	}
	result := make(chan error)
	go func() { result <- src.Ready(t.Context()) }()
	blocked(t, "endpoint.(*end).Ready") // no writer is not the end
	w, err := os.OpenFile(fifo, os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer w.Close()
	if err := <-result; err != nil { // a writer who has not written yet suffices
		t.Fatalf("Ready() = %v; want nil", err)
	}
	w.WriteString("hello")
	buf := make([]byte, 10)
	if n, err := src.Read(buf); n != 5 || err != nil {
		t.Errorf("Read() = %d, %v; want 5, nil", n, err)
	}
	go func() {
		_, err := src.Read(buf)
		result <- err
	}()
	blocked(t, "endpoint.(*Source).Read")
	w.Close()
	if err := <-result; err != io.EOF {
		t.Errorf("Read() when the writer has left = %v; want EOF", err)
	}
}

// A writer may have come and gone before anybody looked.
func TestFIFOSourceShortWriter(t *testing.T) {
	for _, contents := range []string{"", "hello"} {
		fifo := makeFIFO(t, t.TempDir()+"/fifo")
		src := openSource(t, fifo, SourceOptions{})
		if err := os.WriteFile(fifo, []byte(contents), 0); err != nil {
			t.Fatal(err)
		}
		ready(t, src)
		wantRead(t, src, contents)
	}
}

func TestFIFODest(t *testing.T) {
	checkLeaks(t)
	fifo := makeFIFO(t, t.TempDir()+"/fifo")
	d := openDest(t, fifo, nil, DestOptions{})
	result := make(chan error)
	go func() { result <- d.Ready(t.Context()) }()
	blocked(t, "endpoint.(*end).Ready")
	r, err := os.Open(fifo)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	if err := <-result; err != nil {
		t.Fatalf("Ready() = %v; want nil", err)
	}
	write(t, d, "hello")
	commit(t, d)
	if got, err := io.ReadAll(r); string(got) != "hello" || err != nil {
		t.Errorf("ReadAll(fifo) = %q, %v; want hello, nil", got, err)
	}
}

func TestFIFOConsumerGone(t *testing.T) {
	fifo := makeFIFO(t, t.TempDir()+"/fifo")
	r, err := os.OpenFile(fifo, os.O_RDONLY|openNonBlock, 0)
	if err != nil {
		t.Fatal(err)
	}
	d := readyDest(t, fifo, nil, DestOptions{})
	r.Close()
	_, err = d.Write([]byte("x"))
	wantError(t, "Write()", err, `write destination "`+fifo+`": the consumer went away`, "")
	if !errors.Is(err, ErrConsumerGone) {
		t.Errorf("Write() = %v; want %v", err, ErrConsumerGone)
	}
}

func TestFIFOCancel(t *testing.T) {
	checkLeaks(t)
	fifo := makeFIFO(t, t.TempDir()+"/fifo")
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	const waiting = "endpoint.(*end).Ready"

	src := openSource(t, fifo, SourceOptions{})
	wantCanceled(t, waiting, cancel, func() error { return src.Ready(ctx) })
	wantCanceled(t, waiting, src.Cancel, func() error { return src.Ready(t.Context()) })
	src.Close()

	ctx, cancel = context.WithCancel(t.Context())
	defer cancel()
	d := openDest(t, fifo, nil, DestOptions{})
	wantCanceled(t, waiting, cancel, func() error { return d.Ready(ctx) })
	wantCanceled(t, waiting, d.Cancel, func() error { return d.Ready(t.Context()) })
	d.Abort()

	src = openSource(t, fifo, SourceOptions{})
	d = readyDest(t, fifo, nil, DestOptions{})
	ready(t, src)
	wantCanceled(t, "endpoint.(*Source).Read", src.Cancel, func() error {
		_, err := src.Read(make([]byte, 1))
		return err
	})
	wantCanceled(t, "endpoint.(*Dest).Write", d.Cancel, func() error {
		_, err := d.Write(make([]byte, 10<<20))
		return err
	})
	d.Abort()
	src.Close()
}

func TestFIFOTimeouts(t *testing.T) {
	t.Chdir(t.TempDir())
	makeFIFO(t, "fifo")
	peer := PeerOptions{AcceptTimeout: time.Millisecond}
	err := openSource(t, "fifo", SourceOptions{PeerOptions: peer}).Ready(t.Context())
	wantTimeout(t, err, `open source "fifo": no writer within 1ms`)
	os.Remove("fifo")
	makeFIFO(t, "fifo")
	err = openDest(t, "fifo", nil, DestOptions{PeerOptions: peer}).Ready(t.Context())
	wantTimeout(t, err, `open destination "fifo": no reader within 1ms`)
}

func wantTimeout(t *testing.T, err error, want string) {
	t.Helper()
	wantError(t, "Ready()", err, want, "")
	if timeout, ok := errors.AsType[*TimeoutError](err); !ok || !timeout.Timeout() {
		t.Errorf("Ready() = a %T; want a timeout", err)
	}
}

// A write goes out whole although the pipe takes only a part at a time.
func TestFIFOWriteShort(t *testing.T) {
	fifo := makeFIFO(t, t.TempDir()+"/fifo")
	src := openSource(t, fifo, SourceOptions{})
	d := readyDest(t, fifo, nil, DestOptions{})
	ready(t, src)
	want := strings.Repeat("a", 1_000_001) + "b" + strings.Repeat("c", 2_000_003)
	result := make(chan error)
	go func() {
		n, err := d.Write([]byte(want))
		if err == nil && n != len(want) {
			err = errors.New("short")
		}
		result <- errors.Join(err, d.Commit(t.Context()))
	}()
	wantRead(t, src, want)
	if err := <-result; err != nil {
		t.Errorf("Write(), Commit() = %v; want nil", err)
	}
}
