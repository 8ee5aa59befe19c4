package integration

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"
)

// An effect is what a signal does to the program.
type effect int

const (
	stops  effect = iota // it ends with a status that names the signal
	kills                // it ends by the signal; where there is something to clean up it does that first, and says so
	felled               // it ends by the signal
	spares               // it goes on
)

// effectOf is what a signal must do.
func effectOf(s syscall.Signal) effect {
	switch s {
	case syscall.SIGINT, syscall.SIGTERM, syscall.SIGHUP, syscall.SIGQUIT:
		return stops
	case syscall.SIGKILL, syscall.SIGPROF, 32, 34: // which the runtime does not give away
		return felled
	case 35, 50, 64: // real-time signals
		return felled
	case syscall.SIGCHLD, syscall.SIGURG, syscall.SIGWINCH, syscall.SIGCONT, syscall.SIGPIPE, syscall.SIGUSR1, 33:
		return spares
	}
	return kills
}

// everywhere are the situations in which every signal is tried.
func everywhere() map[string]situation {
	all := situations()
	return map[string]situation{
		"copying":   all["copying"],
		"accepting": all["accepting"],
		"reading a scenario": {[]string{"simulate", "fifo"}, withFIFO, func(p *program) {
			p.readsFIFO("fifo")
		}},
		"reading a script": {[]string{"--consumer", "@fifo", "src", "dst"}, withFIFO, func(p *program) {
			p.readsFIFO("fifo")
		}},
	}
}

// readsFIFO waits until the program has opened a FIFO, and keeps it waiting for
// what comes.
func (p *program) readsFIFO(name string) {
	p.t.Helper()
	p.until("it reads "+name, func() bool {
		w, err := os.OpenFile(filepath.Join(p.Dir, name), os.O_WRONLY|unix.O_NONBLOCK, 0)
		if err == nil {
			p.t.Cleanup(func() { w.Close() })
		}
		return err == nil
	})
}

// quiet is the command line without a word but errors, where there is such a flag.
func quiet(args []string) []string {
	if args[0] == "simulate" {
		return args
	}
	return append([]string{"-q"}, args...)
}

// TestEverySignal: each ends the program as it should, with nothing changed.
func TestEverySignal(t *testing.T) {
	const lastStandard = 31
	for name, s := range everywhere() {
		for signal := syscall.Signal(1); signal <= lastStandard; signal++ {
			switch signal {
			case syscall.SIGSTOP, syscall.SIGTSTP, syscall.SIGTTIN, syscall.SIGTTOU:
				continue // see TestStopAndContinue
			}
			t.Run(name+"/"+unix.SignalName(signal), func(t *testing.T) {
				t.Parallel()
				p := bpcopy(t, quiet(s.args)...)
				files := map[string]string{"src": strings.Repeat("x", 4<<20), "dst": "old"}
				p.Dir = folder(t, files)
				if s.setUp != nil {
					s.setUp(t, p)
				}
				p.start()
				s.await(p)
				p.untilCaught()
				p.send(signal)
				p.wantEffect(signal)
				os.Remove(filepath.Join(p.Dir, "fifo"))
				if effectOf(signal) == felled {
					files = map[string]string{"dst": "old"}
					left, _ := filepath.Glob(filepath.Join(p.Dir, ".*"))
					for _, temporary := range append(left, filepath.Join(p.Dir, "src")) {
						os.Remove(temporary)
					}
				}
				wantFolder(t, p.Dir, files)
			})
		}
	}
}

// untilCaught waits until the program has caught all that it means to catch. A rare
// signal that comes before ends it without a word, and nothing is left all the same.
func (p *program) untilCaught() {
	p.t.Helper()
	const last = syscall.SIGSYS // of those, in their order
	p.until("it catches signals", func() bool {
		status, err := os.ReadFile("/proc/" + strconv.Itoa(p.Process.Pid) + "/status")
		for line := range strings.Lines(string(status)) {
			if mask, ok := strings.CutPrefix(line, "SigCgt:\t"); ok {
				caught, _ := strconv.ParseUint(strings.TrimSpace(mask), 16, 64)
				return caught>>(last-1)&1 == 1 || caught == 0 // it is gone
			}
		}
		return err != nil
	})
}

// send sends a signal.
func (p *program) send(signal syscall.Signal) {
	p.t.Helper()
	if err := p.Process.Signal(signal); err != nil && !errors.Is(err, os.ErrProcessDone) {
		p.t.Fatal(err)
	}
}

// wantEffect checks how the program ends after a signal.
func (p *program) wantEffect(signal syscall.Signal) {
	p.t.Helper()
	byItself := true
	switch effectOf(signal) {
	case spares:
		p.send(syscall.SIGINT)
		p.end()
		lines := strings.ReplaceAll(p.stderr.String(), "bpcopy: src ", "") // of the status that SIGUSR1 asks for
		if p.ProcessState.ExitCode() != 130 || !strings.HasSuffix(lines, "bpcopy: error: interrupted by SIGINT\n") {
			p.t.Errorf("after %v and SIGINT: status %d and\n%s", signal, p.ProcessState.ExitCode(), p.stderr.String())
		}
		return
	case stops:
		p.want(128+int(signal), "interrupted by "+unix.SignalName(signal))
	case kills:
		said := "bpcopy: error: interrupted by " + unix.SignalName(signal) + "\n"
		if got := p.end(); got != 128+int(signal) || p.stderr.String() != "" && !strings.HasSuffix(p.stderr.String(), said) {
			p.t.Errorf("after %v: status %d and\n%s; want %d and nothing or %q", signal, got, p.stderr.String(), 128+int(signal), said)
		}
		byItself = false
	case felled:
		p.want(128+int(signal), "")
		byItself = false
	}
	if status := p.ProcessState.Sys().(syscall.WaitStatus); status.Exited() != byItself {
		p.t.Errorf("after %v: exited by itself: %v; want %v", signal, status.Exited(), byItself)
	}
}

// TestRareSignalCleansUp: one that comes later than the first moment leaves no socket.
func TestRareSignalCleansUp(t *testing.T) {
	for _, signal := range []syscall.Signal{syscall.SIGALRM, syscall.SIGUSR2, syscall.SIGABRT, syscall.SIGSEGV} {
		t.Run(unix.SignalName(signal), func(t *testing.T) {
			t.Parallel()
			p := bpcopy(t, "-q", "unix-listen://socket", "dst")
			p.Dir = folder(t, nil)
			p.start()
			p.await("listening on")
			p.untilCaught()
			p.send(signal)
			p.want(128+int(signal), "interrupted by "+unix.SignalName(signal))
			wantFolder(t, p.Dir, nil)
		})
	}
}

// TestRealTimeSignals: they kill, whenever they come.
func TestRealTimeSignals(t *testing.T) {
	for _, signal := range []syscall.Signal{32, 34, 35, 50, 64} {
		t.Run(strconv.Itoa(int(signal)), func(t *testing.T) {
			t.Parallel()
			p := bpcopy(t, "-q", "tcp-listen://:0", "dst")
			p.Dir = folder(t, map[string]string{"dst": "old"})
			p.start()
			p.await("listening on")
			gone := make(chan struct{})
			go func() {
				p.Wait()
				close(gone)
			}()
			p.until("it is gone", func() bool {
				p.send(signal)
				select {
				case <-gone:
					return true
				default:
					return false
				}
			})
			got, err := os.ReadFile(filepath.Join(p.Dir, "dst"))
			if string(got) != "old" || err != nil {
				t.Errorf("dst is %q, %v; want it untouched", got, err)
			}
		})
	}
}

// TestSignalsWhilePlanning: the first signal ends also what has no wait to be
// cancelled, and what comes before a copy.
func TestSignalsWhilePlanning(t *testing.T) {
	large := `{"chunks":[{"size":1}],"dests":[{}` + strings.Repeat(",{}", 299_999) + `]}`
	heavy := `{"chunks":{"count":2000000000,"size":100},"sink":[{"latency_ms":1}]}`
	fifo := func(p *program) { p.readsFIFO("fifo") }
	opened := func(p *program) { p.until("it has opened src", func() bool { return p.opened("src") > 0 }) }
	given := func(doc string) func(p *program) { // when all of it has been taken, it is parsed or runs
		return func(p *program) {
			p.Args[len(p.Args)-1] = "fifo"
			w, err := os.OpenFile(filepath.Join(p.Dir, "fifo"), os.O_WRONLY, 0)
			if err != nil {
				p.t.Fatal(err)
			}
			if _, err := w.WriteString(doc); err != nil {
				p.t.Error(err)
			}
			w.Close()
		}
	}
	tests := map[string]struct {
		args  []string
		await func(p *program)
	}{
		"demo FIFO":       {[]string{"demo", "-q", "fifo"}, fifo},
		"producer FIFO":   {[]string{"--producer", "@fifo", "src", "dst"}, fifo},
		"json FIFO":       {[]string{"--json", "fifo", "src", "dst"}, opened},
		"events FIFO":     {[]string{"--events", "fifo", "src", "dst"}, opened},
		"large scenario":  {[]string{"simulate", "--summary", "fifo"}, given(large)},
		"heavy scenario":  {[]string{"simulate", "--summary", "fifo"}, given(heavy)},
		"large demo":      {[]string{"demo", "-q", "fifo"}, given(large)},
		"printing events": {[]string{"simulate", "fifo"}, given(heavy)},
	}
	for name, test := range tests {
		for _, signals := range [][]syscall.Signal{
			{syscall.SIGINT}, {syscall.SIGTERM, syscall.SIGTERM}, {syscall.SIGHUP}, {syscall.SIGQUIT}, {syscall.SIGALRM},
		} {
			t.Run(name+"/"+unix.SignalName(signals[0]), func(t *testing.T) {
				t.Parallel()
				p := bpcopy(t, test.args...)
				p.Dir = folder(t, map[string]string{"src": "data", "dst": "old"})
				withFIFO(t, p)
				p.start()
				test.await(p)
				for _, signal := range signals {
					p.send(signal)
				}
				p.wantEffect(signals[0])
				os.Remove(filepath.Join(p.Dir, "fifo"))
				wantFolder(t, p.Dir, map[string]string{"src": "data", "dst": "old"})
			})
		}
	}
}

// TestIgnoredAtStart: what was ignored when the program was started stays ignored.
func TestIgnoredAtStart(t *testing.T) {
	ignored := []syscall.Signal{
		syscall.SIGINT, syscall.SIGQUIT, syscall.SIGTERM, syscall.SIGHUP,
		syscall.SIGUSR1, syscall.SIGUSR2, syscall.SIGALRM, syscall.SIGTSTP,
	}
	for _, signals := range append([][]syscall.Signal{ignored}, slices.Collect(slices.Chunk(ignored, 1))...) {
		var names []string
		for _, signal := range signals {
			names = append(names, strings.TrimPrefix(unix.SignalName(signal), "SIG"))
		}
		t.Run(strings.Join(names, " "), func(t *testing.T) {
			t.Parallel()
			p := command(t, "sh", "-c", `trap "" `+strings.Join(names, " ")+`; exec "$@"`, "sh", "bpcopy", "-q", "--rate=4MiB", "src", "dst")
			files := map[string]string{"src": strings.Repeat("x", 1<<20)}
			p.Dir = folder(t, files)
			p.start()
			p.untilTemporaryHas(p.Dir, 1)
			p.untilCaught()
			for _, signal := range signals {
				p.send(signal)
				p.send(signal)
			}
			p.want(0, "")
			if text := p.stderr.String(); text != "" {
				t.Errorf("it wrote\n%s", text)
			}
			files["dst"] = files["src"]
			wantFolder(t, p.Dir, files)
		})
	}
}

// TestSignalAfterTheEnd: where the new file is complete, no status says that it is
// not.
func TestSignalAfterTheEnd(t *testing.T) {
	for _, signals := range [][]syscall.Signal{{syscall.SIGTERM}, {syscall.SIGINT, syscall.SIGINT}, {syscall.SIGUSR2}} {
		files := map[string]string{"src": strings.Repeat("x", 1<<20), "dst": "old"}
		p := bpcopy(t, "-q", "-c1KiB", "--events=fifo", "src", "dst")
		p.Dir = folder(t, files)
		withFIFO(t, p)
		r, err := os.OpenFile(filepath.Join(p.Dir, "fifo"), os.O_RDWR, 0) // and nobody reads
		if err != nil {
			t.Fatal(err)
		}
		defer r.Close()
		p.start()
		p.until("dst is complete", func() bool {
			got, _ := os.ReadFile(filepath.Join(p.Dir, "dst"))
			return string(got) == files["src"]
		})
		p.untilCaught()
		for _, signal := range signals {
			p.send(signal)
		}
		p.end()
		text := p.stderr.String()
		if p.ProcessState.ExitCode() != 1 || strings.Count(text, "\n") != 1 || !strings.HasSuffix(text, "; the destinations are complete\n") {
			t.Errorf("after %v: %v and\n%s", signals, p.ProcessState, text)
		}
		os.Remove(filepath.Join(p.Dir, "fifo"))
		files["dst"] = files["src"]
		wantFolder(t, p.Dir, files)
	}
}

// TestFileSizeLimit: the kernel's SIGXFSZ is an error of the write.
func TestFileSizeLimit(t *testing.T) {
	files := map[string]string{"src": strings.Repeat("x", 1<<20), "dst": "old"}
	p := command(t, "sh", "-c", `ulimit -f 100; exec "$@"`, "sh", "bpcopy", "-q", "src", "dst")
	p.Dir = folder(t, files)
	p.want(1, `write destination "dst": file too large`)
	wantFolder(t, p.Dir, files)
}

// TestUnboundedInput: what never ends is refused, and soon.
func TestUnboundedInput(t *testing.T) {
	dir := folder(t, map[string]string{"src": "data"})
	if err := os.Truncate(folderFile(t, dir, "huge"), 256<<20+1); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "long"), bytes.Repeat([]byte("#"), 1<<20+1), 0o644); err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		args    []string
		message string
	}{
		{[]string{"--consumer", "@/dev/zero", "src", "dst"}, `--consumer "@/dev/zero": script of more than 1MiB: want at most that`},
		{[]string{"--producer", "@long", "src", "dst"}, `--producer "@long": script of more than 1MiB: want at most that`},
		{[]string{"simulate", "huge"}, `scenario "huge": more than 256MiB: want at most that`},
		{[]string{"demo", "huge"}, `scenario "huge": more than 256MiB: want at most that`},
	}
	for _, test := range tests {
		p := bpcopy(t, test.args...)
		p.Dir = dir
		p.want(2, test.message)
	}
	if _, err := os.Stat(filepath.Join(dir, "dst")); err == nil {
		t.Error("dst is there")
	}
}

func folderFile(t *testing.T, dir, name string) string {
	t.Helper()
	path := filepath.Join(dir, name)
	if err := os.WriteFile(path, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}
