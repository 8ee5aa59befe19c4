package rows

import (
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// frames is the terminal of some seats. It tells what was written.
type frames struct {
	mu   sync.Mutex
	text strings.Builder
}

func (f *frames) Write(p []byte) (int, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.text.Write(p)
}

// all returns what was written.
func (f *frames) all() string {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.text.String()
}

// place returns a meeting place of the test alone.
func place(t *testing.T) string {
	t.Helper()
	return fmt.Sprintf("@bpcopy-test-%d-%s", os.Getpid(), t.Name())
}

// seatAt returns the seat of a made-up process.
func seatAt(place string, out io.Writer, pid int) *Seat {
	s := newSeat(Options{Writer: out}, place)
	s.own.PID = pid
	return s
}

// call connects to a seat as somebody who is none.
func call(t *testing.T, s *Seat) *net.UnixConn {
	t.Helper()
	conn, err := dial(s.place(0))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	return conn
}

// wantClosed waits until the other end has closed conn.
func wantClosed(t *testing.T, conn *net.UnixConn) {
	t.Helper()
	var err error
	for buf := make([]byte, maxMessage); err == nil; {
		_, err = conn.Read(buf)
	}
	if err != io.EOF && !errors.Is(err, syscall.ECONNRESET) {
		t.Errorf("Read of a refused connection fails with %v; want EOF", err)
	}
}

func TestSeatAlone(t *testing.T) {
	out := new(frames)
	s := seatAt(place(t), out, 1)
	if s.Draw("a") || s.Print("text\n") || s.Draw("b") || s.Leave("c") {
		t.Error("a seat without neighbours draws; want the caller to")
	}
	if n, err := s.Write([]byte("note\n")); n != 5 || err != nil {
		t.Errorf("Write = %d, %v; want 5, nil", n, err)
	}
	s.Close()
	if got := out.all(); got != "note\n" {
		t.Errorf("%q was written; want the note alone", got)
	}
	if listener, err := listen(s.place(0)); err != nil {
		t.Errorf("the name is not free: %v", err)
	} else {
		listener.Close()
	}
}

func TestSeatNil(t *testing.T) {
	var s *Seat
	if s.Draw("a") || s.Print("b") || s.Leave("c") || s.Follows() {
		t.Error("no seat draws; want the caller to")
	}
	s.Close()
}

// TestSeatHandsOver has each of three seats end, one after the other, and looks
// at what the last one leaves.
func TestSeatHandsOver(t *testing.T) {
	out := new(frames)
	one, two, three := seatAt(place(t), out, 1), seatAt(place(t), out, 2), seatAt(place(t), out, 3)
	one.Draw("one")
	two.Draw("two")
	three.Draw("three")
	if one.Follows() || !two.Follows() || !three.Follows() {
		t.Errorf("%t, %t, %t follow; want the first to draw", one.Follows(), two.Follows(), three.Follows())
	}
	for _, s := range []*Seat{two, three} { // after that, their rows are there, too
		if !s.Print("text\n") {
			t.Error("a follower has to print; want the drawer to")
		}
	}
	want := "\r\x1b[Ktext\r\n\x1b[?7lone\x1b[K\r\ntwo\x1b[K\r\nthree\x1b[J\x1b[?7h\x1b[2A\r"
	if got := out.all(); !strings.HasSuffix(got, want) {
		t.Errorf("%q was written; want %q at the end", got, want)
	}
	for i, s := range []*Seat{one, two, three} {
		if !s.Leave(fmt.Sprint("last of ", i+1)) {
			t.Errorf("seat %d has to leave its row; want the drawer to", i+1)
		}
		if n, err := fmt.Fprintf(s, "note of %d\n", i+1); n != 10 || err != nil {
			t.Errorf("Write = %d, %v; want 10, nil", n, err)
		}
		s.Close()
	}
	want = "\r\x1b[?7llast of 1\x1b[K\r\nlast of 2\x1b[K\r\nlast of 3\x1b[J\x1b[?7h\x1b[2A\r\n\n\nnote of 1\nnote of 2\nnote of 3\n"
	if got := out.all(); !strings.HasSuffix(got, want) {
		t.Errorf("%q was written; want %q at the end", got, want)
	}
}

// TestSeatWithoutRow prints through a drawer without a row of its own, in
// parts, and hands over what it knows.
func TestSeatWithoutRow(t *testing.T) {
	out := new(frames)
	one, two := seatAt(place(t), out, 1), seatAt(place(t), out, 2)
	one.Draw("one")
	text := strings.Repeat("many words\n", maxText/8)
	if n, err := two.Write([]byte(text)); n != len(text) || err != nil {
		t.Errorf("Write = %d, %v; want %d, nil", n, err, len(text))
	}
	frame := "\x1b[?7lone\x1b[J\x1b[?7h\r"
	if got := strings.NewReplacer("\r"+frame, "", "\r\x1b[K", "", frame, "", "\x1b[K", "", "\r\n", "\n").Replace(out.all()); got != text {
		t.Errorf("%q was written; want the text", got)
	}
	one.Leave("last of one")
	fmt.Fprintln(one, "note of one")
	one.Close()
	two.Close()
	want := "\r\x1b[?7llast of one\x1b[J\x1b[?7h\r\nnote of one\n"
	if got := out.all(); !strings.HasSuffix(got, want) {
		t.Errorf("%q was written; want %q at the end", got, want)
	}
}

// TestSeatHostile has others call who send nothing, nonsense, too much, or the
// rows of others.
func TestSeatHostile(t *testing.T) {
	out := new(frames)
	s := seatAt(place(t), out, 1)
	s.Draw("one")
	silent := call(t, s)
	for _, datagram := range []string{"nonsense", `{"Row":{"PID":0}}`, strings.Repeat(" ", maxMessage+1)} {
		conn := call(t, s)
		if err := conn.SetWriteBuffer(4 * maxMessage); err != nil {
			t.Fatal(err)
		}
		if err := sendNow(conn, []byte(datagram)); err != nil {
			t.Fatal(err)
		}
		wantClosed(t, conn)
	}
	forger := call(t, s)
	for _, m := range []message{{Here: 2}, {Row: &row{PID: 1, Line: "forged"}}, {Row: &row{PID: 2, Line: "two"}}} {
		if err := send(forger, m); err != nil {
			t.Fatal(err)
		}
	}
	if err := send(forger, message{Above: "text\n"}); err != nil {
		t.Fatal(err)
	}
	for replies := newReceiver(forger); ; {
		if m, err := replies.next(); err != nil {
			t.Fatalf("a follower is not answered: %v", err)
		} else if m.Done {
			break
		}
	}
	if got, want := out.all(), "one\x1b[K\r\ntwo\x1b[J\x1b[?7h\x1b[1A\r"; !strings.HasSuffix(got, want) {
		t.Errorf("%q was written; want %q at the end", got, want)
	}
	forger.Close()
	done := make(chan struct{})
	go func() { s.Close(); close(done) }()
	select {
	case <-done:
	case <-time.After(time.Minute):
		t.Error("Close waits for one who says nothing")
	}
	wantClosed(t, silent)
	if strings.Contains(out.all(), "forged") {
		t.Error("the row of another was replaced")
	}
}

// TestSeatStrangers refuses those who call, and does not follow them.
func TestSeatStrangers(t *testing.T) {
	nobody := func(*net.UnixConn) bool { return false }
	s := seatAt(place(t), io.Discard, 1)
	s.trust = nobody
	s.Draw("one")
	conn := call(t, s)
	_ = send(conn, message{Here: 2}) // may be refused already
	wantClosed(t, conn)
	s.Close()

	listener, err := listen(s.place(0)) // it takes up no call
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	other := seatAt(place(t), new(frames), 2)
	other.trust = nobody
	for range maxRefusals - 1 {
		if !other.Draw("two") {
			t.Fatal("a seat draws where it may find others yet")
		}
	}
	if other.Draw("two") || other.Print("text\n") || other.Leave("two") {
		t.Error("a seat follows a stranger")
	}
	other.Close()
}

// TestSeatNotYetListening has a drawer that has its name and does not listen yet.
func TestSeatNotYetListening(t *testing.T) {
	out := new(frames)
	first, second := seatAt(place(t), out, 1), seatAt(place(t), out, 2)
	fd, err := syscall.Socket(syscall.AF_UNIX, syscall.SOCK_SEQPACKET|syscall.SOCK_CLOEXEC, 0)
	if err != nil {
		t.Fatal(err)
	}
	if err := syscall.Bind(fd, &syscall.SockaddrUnix{Name: first.place(0)}); err != nil {
		t.Fatal(err)
	}
	if !second.Draw("two") {
		t.Error("a seat draws beside one who is about to")
	}
	syscall.Close(fd)
	first.Draw("one")
	if !second.Draw("two") || !second.Follows() {
		t.Error("a seat does not follow whoever draws now")
	}
	second.Close()
	first.Close()
}

// TestSeatCrowd has more peers call than there is room for.
func TestSeatCrowd(t *testing.T) {
	s := seatAt(place(t), io.Discard, 1)
	s.Draw("one")
	for range maxPeers {
		call(t, s)
	}
	wantClosed(t, call(t, s))
	s.Close()
}

// TestTrusted has a process of another group call.
func TestTrusted(t *testing.T) {
	const name = "ROWS_TEST_CALL"
	if place := os.Getenv(name); place != "" {
		conn, err := dial(place)
		if err != nil {
			t.Fatal(err)
		}
		wantClosed(t, conn)
		return
	}
	listener, err := listen(place(t))
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	for _, elsewhere := range []bool{false, true} {
		cmd := exec.Command(os.Args[0], "-test.run=^TestTrusted$")
		cmd.Env = append(os.Environ(), name+"="+place(t))
		cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: elsewhere}
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		conn, err := listener.AcceptUnix()
		if err != nil {
			t.Fatal(err)
		}
		if got := trusted(conn); got == elsewhere {
			t.Errorf("trusted = %v of a process in another group: %v", got, elsewhere)
		}
		conn.Close()
		if err := cmd.Wait(); err != nil {
			t.Error(err)
		}
	}
}

// TestSeatOfAFile has no terminal.
func TestSeatOfAFile(t *testing.T) {
	file, err := os.Open(os.DevNull)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	if New(Options{Terminal: file}) != nil {
		t.Error("there is a seat without a terminal")
	}
}
