package faults

import (
	"io"
	"os"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/sys/unix"
)

// limit is after how long a run is said to hang. The slowest takes a fraction
// of a second.
const limit = 15 * time.Second

// A rig is what one run of a situation is connected to.
type rig struct {
	dir      string
	address  string
	source   []byte // of pipes and peers
	files    []*os.File
	received map[string][]byte // by destination; read it after the run
	busy     sync.WaitGroup
	over     chan struct{} // closed when bpcopy has ended
	release  []func()      // what lets go of peers whom bpcopy never met
}

// An outcome is what a run left.
type outcome struct {
	Trace
	stderr        string
	before, after folder
	received      map[string][]byte
	took          time.Duration
}

// addresses are numbered, so that runs at the same time never meet.
var addresses atomic.Uint32

// connect prepares the ends that are no files.
func (r *rig) connect(s situation) (stderr *os.File, err error) {
	if stderr, err = scratch("stderr"); err != nil {
		return nil, err
	}
	// No device: a fault must not lead to another mode or owner of one.
	empty, err := scratch("empty")
	if err != nil {
		return nil, err
	}
	r.release = append(r.release, func() { empty.Close() })
	r.files = []*os.File{empty, empty, stderr}
	if s.stdin {
		theirs, ours, err := os.Pipe()
		if err != nil {
			return nil, err
		}
		r.files[0] = theirs
		r.release = append(r.release, func() { theirs.Close() })
		r.busy.Go(func() { r.send(ours) })
	}
	if s.stdout {
		ours, theirs, err := os.Pipe()
		if err != nil {
			return nil, err
		}
		r.files[1] = theirs
		r.release = append(r.release, func() { theirs.Close() })
		r.receive(stdoutName, func() []byte { return readAll(ours) })
	}
	return stderr, r.meet(s.peer)
}

// scratch returns an empty file that has no place.
func scratch(name string) (*os.File, error) {
	fd, err := unix.MemfdCreate(name, unix.MFD_CLOEXEC)
	return os.NewFile(uintptr(fd), name), err
}

// close ends the rig when bpcopy has ended, and waits for its peers.
func (r *rig) close() {
	select {
	case <-r.over:
		return
	default:
	}
	close(r.over)
	for _, release := range r.release {
		release()
	}
	r.busy.Wait()
}

// send gives the source to bpcopy, as far as that takes it.
func (r *rig) send(w io.WriteCloser) {
	w.Write(r.source)
	w.Close()
}

// receive collects what a peer gets, which is known when it has ended.
func (r *rig) receive(name string, get func() []byte) {
	got := make(chan []byte, 1)
	go func() { got <- get() }()
	// The map is written by one goroutine alone, at the end.
	r.release = append(r.release, func() { r.received[name] = <-got })
}

// readAll reads to the end.
func readAll(from io.ReadCloser) []byte {
	defer from.Close()
	got, _ := io.ReadAll(from)
	return got
}
