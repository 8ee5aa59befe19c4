package integration

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"
)

// A situation is where a signal finds bpcopy.
type situation struct {
	args  []string
	setUp func(t *testing.T, p *program)
	await func(p *program)
}

// situations are those in which it moves bytes, and each in which it waits.
func situations() map[string]situation {
	listens := func(p *program) { p.await("listening on") }
	opens := func(name string) func(*program) {
		return func(p *program) { p.until("it has opened "+name, func() bool { return p.opened(name) > 0 }) }
	}
	opensStdin := func(p *program) { // once more, to be able to stop reading
		stdin, err := os.Readlink(fmt.Sprintf("/proc/%d/fd/0", p.Process.Pid))
		if err != nil {
			p.t.Fatal(err)
		}
		p.until("it has opened standard input", func() bool { return p.opened(stdin) > 1 })
	}
	return map[string]situation{
		"copying":         {[]string{"--rate=1MiB", "src", "dst"}, nil, func(p *program) { p.untilTemporaryHas(p.Dir, 1) }},
		"copying on":      {[]string{"--rate=1MiB", "--append", "src", "new"}, nil, opens("new")},
		"writing":         {[]string{"src", "-"}, withStdout, func(p *program) { p.untilFull(p.Stdout.(*os.File)) }},
		"reading":         {[]string{"-", "dst"}, withStdin, opensStdin},
		"accepting":       {[]string{"tcp-listen://:0", "dst"}, nil, listens},
		"being accepted":  {[]string{"src", "unix-listen://socket"}, nil, listens},
		"awaiting writer": {[]string{"fifo", "dst"}, withFIFO, opens("fifo")},
		"awaiting reader": {[]string{"src", "fifo"}, withFIFO, opens("src")},
		"connecting": {[]string{"src", "-"}, func(t *testing.T, p *program) {
			p.Args[len(p.Args)-1] = "tcp://" + unaccepted(t)
		}, opens("src")},
		"connecting again": {[]string{"--connect-retry=1h", "src", "unix://socket"}, nil, opens("src")},
		"delivering": {[]string{"--events=trace", "-S1M", "src", "-"}, func(t *testing.T, p *program) {
			p.Args[len(p.Args)-1] = "tcp://" + listen(t).Addr().String() // where nobody reads
		}, untilWritten},
		"in a stage": {[]string{"--through", "echo ready >&2; exec sleep 1000", "src", "dst"}, nil, func(p *program) {
			p.await("bpcopy: echo: ready")
		}},
		"in a stage that heeds nothing": {[]string{"--through", "trap '' TERM INT; echo ready >&2; exec sleep 1000", "src", "dst"}, nil, func(p *program) {
			p.await("bpcopy: trap: ready")
		}},
		"both": {[]string{"tcp-listen://:0", "unix-listen://socket"}, nil, listens},
	}
}

// untilWritten waits until the destination has all, as far as bpcopy knows.
func untilWritten(p *program) {
	p.t.Helper()
	p.until("it has written all", func() bool {
		trace, _ := os.ReadFile(filepath.Join(p.Dir, "trace"))
		return bytes.Contains(trace, []byte(`"event":"callback","code":null`))
	})
}

func withStdout(t *testing.T, p *program) {
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { r.Close(); w.Close() })
	p.Stdout = w
}

func withStdin(t *testing.T, p *program) {
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { r.Close(); w.Close() })
	p.Stdin = r
}

func withFIFO(t *testing.T, p *program) {
	if err := syscall.Mkfifo(filepath.Join(p.Dir, "fifo"), 0o600); err != nil {
		t.Fatal(err)
	}
}

// opened is how many descriptors the program has of files and pipes with such a
// name.
func (p *program) opened(name string) int {
	count := 0
	fds, _ := filepath.Glob(fmt.Sprintf("/proc/%d/fd/*", p.Process.Pid))
	for _, fd := range fds {
		if target, _ := os.Readlink(fd); strings.HasSuffix(target, name) {
			count++
		}
	}
	return count
}

// untilFull waits until a pipe takes no more.
func (p *program) untilFull(pipe *os.File) {
	p.t.Helper()
	p.until("its pipe is full", func() bool {
		size, err := unix.FcntlInt(pipe.Fd(), unix.F_GETPIPE_SZ, 0)
		if err != nil {
			p.t.Fatal(err)
		}
		filled, err := unix.IoctlGetInt(int(pipe.Fd()), unix.TIOCINQ)
		if err != nil {
			p.t.Fatal(err)
		}
		return filled == size
	})
}

// TestSignals: wherever a signal finds bpcopy, it ends at once with that signal's
// status, says so in one line, and leaves everything as it was.
func TestSignals(t *testing.T) {
	files := map[string]string{"src": strings.Repeat("x", 4<<20), "dst": "old"}
	for name, s := range situations() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			cases := [][]syscall.Signal{
				{syscall.SIGINT}, {syscall.SIGTERM}, {syscall.SIGINT, syscall.SIGINT}, {syscall.SIGTERM, syscall.SIGTERM},
			}
			if name == "copying" {
				cases = append(cases, []syscall.Signal{syscall.SIGHUP}, []syscall.Signal{syscall.SIGQUIT})
			}
			for _, signals := range cases {
				p := bpcopy(t, append([]string{"-q"}, s.args...)...)
				p.Dir = folder(t, files)
				if s.setUp != nil {
					s.setUp(t, p)
				}
				p.start()
				s.await(p)
				for _, signal := range signals {
					if err := p.Process.Signal(signal); err != nil && err != os.ErrProcessDone {
						t.Fatal(err)
					}
				}
				p.want(128+int(signals[0]), "interrupted by "+unix.SignalName(signals[0]))
				os.Remove(filepath.Join(p.Dir, "fifo"))
				os.Remove(filepath.Join(p.Dir, "trace"))
				os.Remove(filepath.Join(p.Dir, "new")) // what is appended is not taken back
				wantFolder(t, p.Dir, files)
			}
		})
	}
}

// TestSignalsUnheard: one can stop bpcopy also when nobody reads what it says.
func TestSignalsUnheard(t *testing.T) {
	const pipeSize = 4096
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	defer w.Close()
	if _, err := unix.FcntlInt(w.Fd(), unix.F_SETPIPE_SZ, pipeSize); err != nil {
		t.Fatal(err)
	}
	if _, err := w.Write(make([]byte, pipeSize)); err != nil {
		t.Fatal(err)
	}
	files := map[string]string{
		"src": strings.Repeat("x", 1<<20), "dst": "old",
		"scenario": `{"chunks":[` + strings.Repeat(`{"size":1},`, 10000) + `{"size":1}],"sink":[{"latency_ms":1}]}`,
	}
	p := bpcopy(t, "--progress=plain", "-i1ms", "--rate=256KiB", "src", "dst")
	p.Dir, p.Stderr = folder(t, files), w
	p.start()
	p.untilTemporaryHas(p.Dir, 1)
	if err := p.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	p.want(143, "")
	wantFolder(t, p.Dir, files)

	p = bpcopy(t, "simulate", "scenario")
	p.Dir = folder(t, files)
	withStdout(t, p)
	p.start()
	p.untilFull(p.Stdout.(*os.File))
	if err := p.Process.Signal(syscall.SIGINT); err != nil {
		t.Fatal(err)
	}
	p.want(130, "interrupted by SIGINT")
}

// TestHangUpIgnored: nohup has its way.
func TestHangUpIgnored(t *testing.T) {
	p := command(t, "sh", "-c", `trap "" HUP; exec "$@"`, "sh", "bpcopy", "-q", "--rate=4MiB", "src", "dst")
	p.Dir = folder(t, map[string]string{"src": strings.Repeat("x", 1<<20)})
	p.start()
	p.untilTemporaryHas(p.Dir, 1)
	if err := p.Process.Signal(syscall.SIGHUP); err != nil {
		t.Fatal(err)
	}
	p.want(0, "")
}

// TestStopAndContinue: a copy that was stopped goes on where it was.
func TestStopAndContinue(t *testing.T) {
	dir := t.TempDir()
	src := newSample(t, dir, "src", 1<<20)
	p := bpcopy(t, "-q", "--rate=1MiB", "--idle-timeout=200ms", "src", "dst")
	p.Dir = dir
	// A group of its own: the kernel does not stop a group that no shell could let
	// go on, which that of the tests may be.
	p.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	p.start()
	p.untilTemporaryHas(dir, 1)
	for range 3 {
		if err := p.Process.Signal(syscall.SIGTSTP); err != nil {
			t.Fatal(err)
		}
		p.until("it is stopped", func() bool {
			stat, _ := os.ReadFile(fmt.Sprintf("/proc/%d/stat", p.Process.Pid))
			return bytes.Contains(stat, []byte(") T "))
		})
		if err := p.Process.Signal(syscall.SIGCONT); err != nil {
			t.Fatal(err)
		}
	}
	p.want(0, "")
	if got := sumFile(t, filepath.Join(dir, "dst")); got != src.sum {
		t.Errorf("%d bytes, sha256 %x; want %d, %x", got.size, got.sha256, src.sum.size, src.sum.sha256)
	}
}

// TestStatusSignal: SIGUSR1 asks for one line, which costs the copy nothing.
func TestStatusSignal(t *testing.T) {
	src, dst := pipeEnd(t, "", true), pipeEnd(t, "", false)
	p := bpcopy(t, "-q", "--size=5", "--name=some pipe", "-", "-")
	p.serve(src, end{stdio: dst.stdio}, func(w io.Writer) error {
		if err := passes(p, w, dst, "12345"); err != nil {
			return err
		}
		if err := p.Process.Signal(syscall.SIGUSR1); err != nil {
			return err
		}
		_, err := p.written(`^bpcopy: some pipe \d+% \dB .* pause=0 drain=0 resume=0 buffered=\dB( waits=\w+:\d+%( why=".*")?)?\n$`)
		return err
	})
	if lines := strings.Count(p.stderr.String(), "\n"); lines != 1 {
		t.Errorf("it wrote %d lines, want 1:\n%s", lines, p.stderr.String())
	}
}

// TestStatusSignalSaysWhy: at the end of the line, once that is known. The lines that
// come by themselves do not.
func TestStatusSignalSaysWhy(t *testing.T) {
	p := bpcopy(t, "--progress=plain", "-i10ms", "--rate=1MiB/s", "/dev/zero", "/dev/null")
	p.start()
	p.await(`bpcopy: zero (.*)`) // it has caught its signals
	asked := 0
	p.until("it has said why", func() bool {
		asked++
		p.send(syscall.SIGUSR1)
		return strings.Contains(p.stderr.String(), " why=")
	})
	p.await(`(?m)^bpcopy: zero .* buffered=\S+ (waits=lim:\d+% why="limit: --rate")$`)
	if said := strings.Count(p.stderr.String(), " why="); said > asked {
		t.Errorf("it said %d times why; want %d at most", said, asked)
	}
	p.send(syscall.SIGINT)
	p.want(130, "interrupted by SIGINT")
}

// TestStderrGone: nobody who reads messages is no reason to stop.
func TestStderrGone(t *testing.T) {
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	r.Close()
	defer w.Close()
	files := map[string]string{"src": "data"}
	for _, slow := range []string{"--rate=100", "--consumer=latency 1ms jitter 1ms"} { // jitter has a seed, which is printed
		p := bpcopy(t, "--progress=plain", "-i1ms", slow, "src", "dst")
		p.Dir, p.Stderr = folder(t, files), w
		p.want(0, "")
		wantFolder(t, p.Dir, map[string]string{"src": "data", "dst": "data"})
	}
}
