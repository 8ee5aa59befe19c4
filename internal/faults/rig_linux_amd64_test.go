package faults

import (
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
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

// bench runs situations with one program.
type bench struct {
	program Program
	flags   string // that bpcopy has
	tmp     string
}

// run runs bpcopy in a new folder, with a fault.
func (b bench) run(s situation, f Fault) (outcome, error) {
	dir, err := os.MkdirTemp(b.tmp, "")
	if err != nil {
		return outcome{}, err
	}
	defer os.RemoveAll(dir)
	if err := s.prepare(dir); err != nil {
		return outcome{}, fmt.Errorf("%s: %w", s.name, err)
	}
	r := &rig{dir: dir, source: content(sourceSize), received: make(map[string][]byte), over: make(chan struct{})}
	defer r.close()
	stderr, err := r.connect(s)
	if err != nil {
		return outcome{}, fmt.Errorf("%s: %w", s.name, err)
	}
	defer stderr.Close()
	out := outcome{received: r.received}
	if out.before, err = lookAt(dir); err != nil {
		return outcome{}, err
	}
	began := time.Now()
	out.Trace, err = b.program.Run(Start{
		Args: b.args(s, r.address), Dir: dir, Files: r.files, Limit: limit,
		Env: []string{"PATH=" + os.Getenv("PATH"), "HOME=" + dir, "LC_ALL=C.UTF-8"},
	}, f)
	out.took = time.Since(began)
	r.close()
	if err != nil {
		return outcome{}, err
	}
	if out.after, err = lookAt(dir); err != nil {
		return outcome{}, err
	}
	text, err := io.ReadAll(io.NewSectionReader(stderr, 0, 1<<20))
	out.stderr = string(text)
	return out, err
}

// args is the command line.
func (b bench) args(s situation, address string) []string {
	all := []string{"bpcopy"}
	for _, arg := range strings.Fields(strings.ReplaceAll(s.args, "PEER", address)) {
		flag, optional := strings.CutPrefix(arg, "?")
		if !optional || b.has(flag) {
			all = append(all, flag)
		}
	}
	return all
}

func (b bench) has(flag string) bool {
	return strings.Contains(b.flags, " "+flag+" ") || strings.Contains(b.flags, " "+flag+"[")
}

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

// meet prepares a peer.
func (r *rig) meet(p peer) error {
	switch p {
	case tcpServer:
		return r.listen("tcp", "127.0.0.1:0")
	case unixServer:
		return r.listen("unix", filepath.Join(r.dir, "socket"))
	case tcpClient:
		n := addresses.Add(1)
		at := fmt.Sprintf("127.77.%d.%d:7007", n>>8&0xff, n&0xff)
		r.address = "tcp-listen://" + at
		r.dial("tcp", at)
	case unixClient:
		r.dial("unix", filepath.Join(r.dir, "socket"))
	case fifoWriter:
		r.writeFIFO(filepath.Join(r.dir, "src"))
	case fifoReader:
		return r.readFIFO(filepath.Join(r.dir, "dst"))
	}
	return nil
}

func (r *rig) listen(network, address string) error {
	listener, err := net.Listen(network, address)
	if err != nil {
		return err
	}
	r.address = "tcp://" + listener.Addr().String()
	// Connections come in turn: what bpcopy sends comes before this.
	r.release = append(r.release, func() {
		if conn, err := net.Dial(network, listener.Addr().String()); err == nil {
			io.WriteString(conn, goodbye)
			conn.Close()
		}
	})
	r.receive(peerName, func() []byte {
		defer listener.Close()
		return serve(listener)
	})
	return nil
}

const goodbye = "that is all"

// serve returns what is sent until goodbye, over one connection or several: Go's
// dialer makes another one where it cannot tell where the first one comes from.
func serve(listener net.Listener) []byte {
	var all []byte
	for {
		conn, err := listener.Accept()
		if err != nil {
			return all
		}
		got := readAll(conn)
		if string(got) == goodbye {
			return all
		}
		all = append(all, got...)
	}
}

// dial connects to bpcopy as soon as it listens.
func (r *rig) dial(network, address string) {
	r.busy.Go(func() {
		for {
			conn, err := net.Dial(network, address)
			if err == nil {
				r.send(conn)
				return
			}
			select {
			case <-r.over:
				return
			case <-time.After(time.Millisecond):
			}
		}
	})
}

// writeFIFO opens a FIFO when bpcopy does.
func (r *rig) writeFIFO(path string) {
	done := make(chan struct{})
	go func() {
		defer close(done)
		if fifo, err := os.OpenFile(path, os.O_WRONLY, 0); err == nil {
			r.send(fifo)
		}
	}()
	r.release = append(r.release, func() {
		if reader, err := os.OpenFile(path, os.O_RDONLY|unix.O_NONBLOCK, 0); err == nil {
			<-done
			reader.Close()
		}
	})
}

// readFIFO holds a FIFO open for writing until bpcopy has ended, so that nobody
// waits for anybody.
func (r *rig) readFIFO(path string) error {
	hold, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		return err
	}
	reader, err := os.OpenFile(path, os.O_RDONLY, 0)
	if err != nil {
		return err
	}
	r.release = append(r.release, func() { hold.Close() })
	r.receive(peerName, func() []byte { return readAll(reader) })
	return nil
}

// bpcopyBench builds bpcopy as it is released.
func bpcopyBench(t *testing.T) bench {
	t.Helper()
	b := bench{tmp: t.TempDir()}
	if err := os.Chmod(b.tmp, 0o755); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "bpcopy")
	build := goCommand(t, "build", "-o", path, "../..")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("go build: %v\n%s", err, out)
	}
	var err error
	if b.program, err = Open(path); err != nil {
		t.Fatal(err)
	}
	b.flags = helpOf(t, path)
	return b
}
