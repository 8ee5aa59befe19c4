package evidence

import (
	"os"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

func TestParseStatus(t *testing.T) {
	const after = " S 4 0 0 0 -1 0 0 0 0 0 30 12 0 0 20 0 3 0 777 0 0"
	for text, want := range map[string]status{
		"5 (gzip)" + after + "\n":   {processID{5, 777}, "gzip", 'S', 4, 420 * time.Millisecond, 3},
		"5 (a) R 1 (b\n c)" + after: {processID{5, 777}, "a) R 1 (b\n c", 'S', 4, 420 * time.Millisecond, 3},
		"5 ()" + after:              {processID{5, 777}, "", 'S', 4, 420 * time.Millisecond, 3},
		"5 (gzip) S 4":              {},
		"5 (gzip)":                  {},
		"x (gzip)" + after:          {},
		"5 gzip" + after:            {},
		")(":                        {},
		"":                          {},
	} {
		got, ok := parseStatus([]byte(text))
		if got != want || ok != (want != status{}) {
			t.Errorf("parseStatus(%q) = %+v, %v; want %+v", text, got, ok, want)
		}
	}
}

func TestParsePressure(t *testing.T) {
	const full = "full avg10=0.00 avg60=0.00 avg300=0.00 total=5\n"
	for text, want := range map[string]time.Duration{
		"some avg10=1.30 avg60=1.13 avg300=1.99 total=657415887\n" + full: 657415887 * time.Microsecond,
		full:               -1,
		"some total=x\n":   -1,
		"some avg10=0.00 ": -1,
		"":                 -1,
	} {
		got, ok := parsePressure([]byte(text))
		if ok != (want >= 0) || ok && got != want {
			t.Errorf("parsePressure(%q) = %v, %v; want %v", text, got, ok, want)
		}
	}
}

func TestParseLink(t *testing.T) {
	for link, want := range map[string]file{
		"pipe:[123]":             {kind: pipe, ino: 123},
		"socket:[4294967296]":    {kind: socket, ino: 1 << 32},
		"pipe:[x]":               {},
		"pipe:[]":                {},
		"anon_inode:[eventpoll]": {},
		"/tmp/pipe:[123]":        {},
		"":                       {},
	} {
		if got := parseLink(link); got != want {
			t.Errorf("parseLink(%q) = %+v; want %+v", link, got, want)
		}
	}
}

// A thread waits in the pipe that the kernel names, in the direction that it names.
func TestWaitsIn(t *testing.T) {
	const rest = " 0x7f00 0x5 0x2000 0x0 0x0 0x7ffc 0x7fb6\n"
	numbered := func(n uint64) string { return strconv.FormatUint(n, 10) + " 0x3" }
	on := func(fd int) waiting { return waiting{true, fd} }
	for _, tt := range []struct {
		channel, call string
		state         string
		reads, writes waiting
	}{
		{"anon_pipe_read", numbered(unix.SYS_READ) + rest, Reading, on(3), waiting{}},
		{"pipe_read", numbered(unix.SYS_READV) + rest, Reading, on(3), waiting{}},
		{"anon_pipe_write", numbered(unix.SYS_WRITE) + rest, Writing, waiting{}, on(3)},
		{"pipe_write", "", Writing, waiting{}, on(unknownFD)},
		{"pipe_read", "running\n", Reading, on(unknownFD), waiting{}},
		{"pipe_wait_readable", numbered(unix.SYS_SPLICE) + rest, Reading, on(3), waiting{}},
		{"pipe_wait_writable", numbered(unix.SYS_SPLICE) + rest, Writing, waiting{}, on(5)},
		{"", numbered(unix.SYS_WRITE) + rest, Writing, waiting{}, waiting{}},
		{"sk_wait_data", numbered(unix.SYS_RECVFROM) + rest, Reading, waiting{}, waiting{}},
		{"sk_stream_wait_memory", numbered(unix.SYS_SENDTO) + rest, Writing, waiting{}, waiting{}},
		{"hrtimer_nanosleep", numbered(unix.SYS_NANOSLEEP) + rest, Sleeping, waiting{}, waiting{}},
		{"do_epoll_wait", "-1 0x7ffc 0x7fb6\n", Sleeping, waiting{}, waiting{}},
		{"0", "", Sleeping, waiting{}, waiting{}},
	} {
		var a activity
		state := a.waitsIn(tt.channel, parseCall(tt.call))
		if state != tt.state || a.reading != tt.reads || a.writing != tt.writes {
			t.Errorf("waitsIn(%q, %q) = %s, reads %v, writes %v; want %s, %v, %v",
				tt.channel, tt.call, state, a.reading, a.writing, tt.state, tt.reads, tt.writes)
		}
	}
}

// Two FIFOs are told apart, and one has the same holder under each of its names.
func TestFIFO(t *testing.T) {
	f := newFakeProc(t)
	folder := t.TempDir()
	var files []file
	for i, name := range []string{"a", "b"} {
		path := filepath.Join(folder, name)
		if err := unix.Mkfifo(path, 0o600); err != nil {
			t.Fatal(err)
		}
		second := path + "2"
		if err := os.Link(path, second); err != nil {
			t.Fatal(err)
		}
		f.add(2+i, task{comm: name, fds: map[int]open{0: {second, readOnly}, 5: {folder, readOnly}}})
		files = append(files, fifoAt(path))
	}
	p := newPursuit(newProc(f.root))
	var at time.Time
	p.now = func() time.Time { return at }
	p.spent = func() time.Duration { return 0 }
	for i, want := range []string{"a", "b"} {
		found := p.culprit(place{files[i], reads})
		if found == nil || found.command != want {
			t.Errorf("culprit() at FIFO %s = %+v", want, found)
		}
		if found := p.culprit(place{files[i], writes}); found != nil {
			t.Errorf("culprit() that writes to FIFO %s = %+v; want nil", want, found)
		}
	}
	if got := fifoAt(folder); got != (file{}) {
		t.Errorf("fifoAt(a folder) = %+v; want none", got)
	}
}
