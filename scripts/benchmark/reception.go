//go:build linux

package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime"
	"runtime/debug"
	"strings"
	"time"

	"golang.org/x/sys/unix"
)

// The parts of a reception.
const (
	warmTime   = 200 * time.Millisecond // not counted: the sender was there before the receiver
	steadyTime = 4 * time.Second
	stallTime  = 4 * time.Second
	afterTime  = 2 * time.Second
)

// A reception is what came of a paced copy: while it was read steadily, and after
// it was not read for a while.
type reception struct {
	steady arrivals
	after  arrivals
	held   int64   // bytes that the kernel held at the end of the stall
	cpu    float64 // of a core while steady
}

// receive runs a paced copy and reads what comes of it.
func (b *bench) receive(ctx context.Context, p pace) (reception, error) {
	source, err := b.endlessSource(p.rate)
	if err != nil {
		return reception{}, err
	}
	defer os.Remove(source)
	ctx, stop := context.WithTimeout(ctx, patience)
	defer stop()
	crew, ctx := newCrew(ctx)
	got, err := receiveFrom(ctx, crew, p, source)
	// It has far more to send than was waited for, so it must not have ended.
	crew.cancel(nil)
	if _, ended := crew.wait(); err != nil {
		return got, errors.Join(err, ended)
	}
	return got, nil
}

func receiveFrom(ctx context.Context, crew *crew, p pace, source string) (reception, error) {
	r, err := startSender(ctx, crew, p.program, p.to, source)
	if err != nil {
		return reception{}, err
	}
	defer r.from.Close()
	return r.receive()
}

// startSender starts a copy of a file and returns what is to receive it.
func startSender(ctx context.Context, crew *crew, program program, over end, source string) (*receiver, error) {
	to, stdout, peer, err := (&run{path: path{file, over}}).destination(ctx)
	if err != nil {
		return nil, err
	}
	argv := append([]string{program.command}, program.arguments(operand{file, source}, to)...)
	sender, err := crew.start(ctx, argv, nil, stdout, nil)
	if err != nil {
		return nil, err
	}
	from, err := peer()
	if err != nil {
		return nil, err
	}
	return &receiver{sender: sender, from: from}, nil
}

// A receiver reads what a paced copy sends. It does nothing else, since what it
// did would be taken for unevenness.
type receiver struct {
	sender *process
	from   *os.File
	start  time.Time
	buffer [64 * kib]byte
}

// receive reads in the order of the reception's parts.
func (r *receiver) receive() (got reception, err error) {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	debug.FreeOSMemory() // of the reception before, now and not in the midst of this one
	r.start = time.Now()
	if _, err := r.next(); err != nil { // what starting took is not the rate's business
		return got, err
	}
	used, began := r.sender.cpuTime(), time.Now()
	all, err := r.read(warmTime + steadyTime)
	if err != nil {
		return got, err
	}
	got.steady = all.from(all[0].at + warmTime)
	got.cpu = float64(r.sender.cpuTime()-used) / float64(time.Since(began))
	time.Sleep(stallTime)
	if got.held, err = held(r.from); err != nil {
		return got, err
	}
	got.after, err = r.read(afterTime)
	return got, err
}

// read reads for some time, and at least once.
func (r *receiver) read(howLong time.Duration) (arrivals, error) {
	got := make(arrivals, 0, 1<<20) // enough for all, which takes memory only as it fills
	end := time.Since(r.start) + howLong
	for {
		one, err := r.next()
		if err == io.EOF {
			err = fmt.Errorf("receive: %w", io.ErrUnexpectedEOF)
		}
		if err != nil {
			return nil, err
		}
		got = append(got, one)
		if one.at >= end {
			return got, nil
		}
	}
}

// next reads once, or says io.EOF. It reads from the descriptor, in blocking mode:
// waking up by way of Go's poller takes longer.
func (r *receiver) next() (arrival, error) {
	for {
		n, err := unix.Read(int(r.from.Fd()), r.buffer[:])
		now := time.Since(r.start)
		switch {
		case err == unix.EINTR:
		case err != nil:
			return arrival{}, fmt.Errorf("receive: %w", err)
		case n == 0:
			return arrival{}, io.EOF
		default:
			return arrival{now, n}, nil
		}
	}
}

// held returns how many bytes wait in the kernel to be read from a pipe or
// socket, those that the other socket has yet to hand over included.
func held(f *os.File) (int64, error) {
	fd := int(f.Fd())
	inside, err := unix.IoctlGetInt(fd, unix.TIOCINQ)
	if err != nil {
		return 0, fmt.Errorf("ask what waits: %w", err)
	}
	address, err := unix.Getpeername(fd)
	peer, ok := address.(*unix.SockaddrInet4)
	if err != nil || !ok { // a pipe
		return int64(inside), nil
	}
	unsent, err := sendQueue(peer.Port)
	return int64(inside) + unsent, err
}

// sendQueue returns how many bytes the connected socket of a port on loopback
// has yet to hand over.
func sendQueue(port int) (int64, error) {
	content, err := os.ReadFile("/proc/net/tcp")
	if err != nil {
		return 0, err
	}
	local := fmt.Sprintf("0100007F:%04X", port)
	for line := range strings.Lines(string(content)) {
		fields := strings.Fields(line) // number, local, remote, state, queues …
		if len(fields) > 4 && fields[1] == local {
			var unsent int64
			_, err := fmt.Sscanf(fields[4], "%X:", &unsent)
			return unsent, err
		}
	}
	return 0, fmt.Errorf("find port %d in /proc/net/tcp: it is not there", port)
}
