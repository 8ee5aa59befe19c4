package integration

import (
	"fmt"
	"os"
	"os/exec"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
	"unicode/utf8"

	"golang.org/x/sys/unix"
)

// screen is a terminal that a test looks at: it knows what bpcopy sends.
type screen struct {
	master *os.File

	mu      sync.Mutex
	changed chan struct{} // closed and made anew at each change
	columns int
	cells   [][]rune // lines
	x, y    int
	wrap    bool
	unknown string // the first sequence that the screen does not know
	rest    string // of a sequence or character that has not come as a whole
}

// newScreen returns a screen and the terminal that programs write to.
func newScreen(t *testing.T, columns, lines int) (*screen, *os.File) {
	t.Helper()
	master, err := os.OpenFile("/dev/ptmx", os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		t.Skip(err)
	}
	t.Cleanup(func() { master.Close() })
	fd := int(master.Fd())
	number, err := unix.IoctlGetInt(fd, unix.TIOCGPTN)
	if err == nil {
		err = unix.IoctlSetPointerInt(fd, unix.TIOCSPTLCK, 0)
	}
	if err == nil {
		err = unix.IoctlSetWinsize(fd, unix.TIOCSWINSZ, &unix.Winsize{Row: uint16(lines), Col: uint16(columns)})
	}
	if err != nil {
		t.Fatal(err)
	}
	slave, err := os.OpenFile("/dev/pts/"+strconv.Itoa(number), os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		t.Skip(err)
	}
	s := &screen{master: master, changed: make(chan struct{}), columns: columns, cells: make([][]rune, lines), wrap: true}
	return s, slave
}

// watch shows what programs write, until all of them have closed the terminal.
func (s *screen) watch() {
	buf := make([]byte, 4096)
	for {
		n, err := s.master.Read(buf)
		if err != nil {
			return
		}
		s.mu.Lock()
		s.write(string(buf[:n]))
		close(s.changed)
		s.changed = make(chan struct{})
		s.mu.Unlock()
	}
}

func (s *screen) write(text string) {
	sequence := regexp.MustCompile("^\x1b\\[([?0-9;]*)([A-Za-z])")
	text = s.rest + text
	for text != "" {
		if m := sequence.FindStringSubmatch(text); m != nil {
			s.steer(m[1], m[2])
			text = text[len(m[0]):]
			continue
		}
		if text[0] == '\x1b' && len(text) < 8 || !utf8.FullRuneInString(text) {
			break
		}
		r, size := utf8.DecodeRuneInString(text)
		s.put(r)
		text = text[size:]
	}
	s.rest = text
}

func (s *screen) steer(parameter, final string) {
	n, _ := strconv.Atoi(parameter)
	line := &s.cells[s.y]
	switch parameter + final {
	case "K", "J":
		*line = (*line)[:min(s.x, len(*line))]
		if final == "J" {
			clear(s.cells[s.y+1:])
		}
	case "?7l", "?7h":
		s.wrap = final == "h"
	default:
		switch final {
		case "m":
		case "A":
			s.y = max(0, s.y-n)
		default:
			s.unknown = parameter + final
		}
	}
}

func (s *screen) put(r rune) {
	switch {
	case r == '\r':
		s.x = 0
		return
	case r == '\n':
		s.down()
		return
	case r < ' ':
		s.unknown = fmt.Sprintf("%q", r)
		return
	case s.x == s.columns && s.wrap:
		s.x = 0
		s.down()
	case s.x == s.columns:
		s.x--
	}
	line := &s.cells[s.y]
	for len(*line) <= s.x {
		*line = append(*line, ' ')
	}
	(*line)[s.x] = r
	s.x++
}

func (s *screen) down() {
	if s.y++; s.y == len(s.cells) {
		s.y--
		copy(s.cells, s.cells[1:])
		s.cells[s.y] = nil
	}
}

// text returns the lines of the screen down to the last one that is not empty.
func (s *screen) text() []string {
	var lines []string
	for _, cells := range s.cells {
		lines = append(lines, strings.TrimRight(string(cells), " "))
	}
	for len(lines) > 0 && lines[len(lines)-1] == "" {
		lines = lines[:len(lines)-1]
	}
	return lines
}

// await waits until the screen shows what is asked for.
func (s *screen) await(t *testing.T, what string, shows func(lines []string) bool) {
	t.Helper()
	late := time.After(time.Minute)
	for {
		s.mu.Lock()
		lines, changed := s.text(), s.changed
		s.mu.Unlock()
		if shows(lines) {
			return
		}
		select {
		case <-changed:
		case <-late:
			t.Fatalf("the screen does not show %s:\n%s", what, strings.Join(lines, "\n"))
		}
	}
}

// session is a shell with a terminal of its own, and what it runs.
type session struct {
	*screen
	cmd     *exec.Cmd
	watched sync.WaitGroup
}

// startSession runs a script on a new terminal, in its foreground.
func startSession(t *testing.T, dir string, columns, lines int, script string) *session {
	t.Helper()
	s, terminal := newScreen(t, columns, lines)
	cmd := exec.Command("sh", "-c", script)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "TERM=xterm", "LC_ALL=C.UTF-8")
	cmd.Stdin, cmd.Stdout, cmd.Stderr = terminal, terminal, terminal
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Setctty: true}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	terminal.Close()
	run := &session{screen: s, cmd: cmd}
	run.watched.Go(s.watch)
	t.Cleanup(func() {
		_ = syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL)
		_ = cmd.Wait()
	})
	return run
}

// end waits for the script and for all that was written.
func (s *session) end(t *testing.T) error {
	t.Helper()
	err := s.cmd.Wait()
	s.watched.Wait()
	if s.unknown != "" || s.rest != "" || !s.wrap || s.x != 0 || len(s.text()) != s.y {
		t.Errorf("sequence %q, rest %q, wrap %v, cursor at %d of line %d; want it at 0 of line %d",
			s.unknown, s.rest, s.wrap, s.x, s.y, len(s.text()))
	}
	return err
}

// firstWords returns the first words of lines, without those that go on.
func firstWords(lines []string) string {
	var words []string
	for _, line := range lines {
		first, after, _ := strings.Cut(line, " ")
		if first == "bpcopy:" {
			name, _, _ := strings.Cut(after, " ")
			first += name
		}
		if first != "" {
			words = append(words, first)
		}
	}
	return strings.Join(words, " ")
}
