package integration

import (
	"bufio"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// pageState is what the tests look at of the states of a live page.
type pageState struct {
	Over bool
	Runs []struct {
		Name    string
		Verdict []string
		Source  struct{ Bytes []int64 }
	}
	Tables []struct {
		Head []string
		Rows []struct {
			Field string
			Cells []string
		}
	}
}

// cells returns the numbers of a field, one for each run.
func (s *pageState) cells(field string) []string {
	for _, row := range s.Tables[0].Rows {
		if row.Field == field {
			return row.Cells[1:]
		}
	}
	return nil
}

// states follows a live page. It returns nil after the last one.
func states(t *testing.T, url string) (next func() *pageState) {
	t.Helper()
	answer, err := http.Get(url + "events")
	if err != nil || answer.StatusCode != http.StatusOK {
		t.Fatalf("GET events: %v, %v", answer, err)
	}
	t.Cleanup(func() { answer.Body.Close() })
	lines := bufio.NewScanner(answer.Body)
	lines.Buffer(nil, 4<<20)
	return func() *pageState {
		for lines.Scan() {
			if data, ok := strings.CutPrefix(lines.Text(), "data: "); ok {
				var s pageState
				if err := json.Unmarshal([]byte(data), &s); err != nil {
					t.Fatal(err)
				}
				return &s
			}
		}
		return nil
	}
}

// The page of a proxy follows its connections, and has how it ended. Its reports say the
// same.
func TestProxyServe(t *testing.T) {
	folder := t.TempDir()
	summary := filepath.Join(folder, "json")
	p := bpcopy(t, "proxy", "-q", "-N", "shop", "--serve", "--json", summary, "--report", filepath.Join(folder, "a.html"),
		"tcp-listen://:0", "tcp://127.0.0.1:"+echoServer(t)).start()
	url := p.await(`(?m)^bpcopy: watch (http://127\.0\.0\.1:[0-9]+/[A-Z2-7]{26}/)$`)
	next := states(t, url)
	address, err := p.listening()
	if err != nil {
		t.Fatal(err)
	}
	var open []net.Conn
	for range 2 {
		c, err := net.Dial("tcp", address)
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close()
		c.SetDeadline(time.Now().Add(patience))
		go c.Write(make([]byte, 100_000))
		if _, err := io.ReadFull(c, make([]byte, 100_000)); err != nil {
			t.Fatal(err)
		}
		open = append(open, c)
	}
	const names = "shop, down, up, connection 1 down, connection 1 up, connection 2 down, connection 2 up"
	want := func(s *pageState, field, cells string) {
		t.Helper()
		if got := strings.Join(s.cells(field), ", "); got != cells {
			t.Errorf("%s is %q; want %q", field, got, cells)
		}
	}
	const bytes = "400000 B (391 KiB), 200000 B (195 KiB), 200000 B (195 KiB)"
	s := next()
	for s != nil && strings.Join(s.cells("bytes"), ", ") != bytes { // the last of them are counted a little later
		s = next()
	}
	if s == nil {
		t.Fatal("the page has never had all bytes")
	}
	want(s, "result", "running, running, running")
	want(s, "connections.opened", "2, , ")
	for i, row := range s.Tables[len(s.Tables)-1].Rows { // of the connections
		if got := row.Cells[0] + " " + row.Cells[2]; i > 3 || got != strings.Split(names, ", ")[3+i]+" 100000 B (97.7 KiB)" {
			t.Errorf("row %d of the connections is %q", i, got)
		}
	}
	open[0].(*net.TCPConn).CloseWrite()
	if _, err := open[0].Read(make([]byte, 1)); err != io.EOF {
		t.Fatalf("the connection ends with %v", err)
	}
	for s != nil && s.cells("connections.completed")[0] != "1" {
		s = next()
	}
	p.Process.Signal(syscall.SIGTERM)
	for s != nil && !s.Over {
		s = next()
	}
	if s == nil {
		t.Fatal("the page has not had the end")
	}
	var called []string
	for i, run := range s.Runs {
		called = append(called, run.Name)
		var sum int64
		for _, n := range run.Source.Bytes {
			sum += n
		}
		if want := []int64{0, 200_000, 200_000, 100_000}[min(i, 3)]; sum != want {
			t.Errorf("%d bytes are drawn of %s; want %d", sum, run.Name, want)
		}
	}
	if got := strings.Join(called, ", "); got != names {
		t.Errorf("the runs are %q; want %q", got, names)
	}
	want(s, "bytes", bytes)
	want(s, "result", "interrupted, , ")
	want(s, "connections.completed", "1, , ")
	want(s, "connections.cut", "1, , ")
	if got := p.end(); got != 143 {
		t.Errorf("exit status %d; want 143", got)
	}
	if s := readProxySummary(t, summary); s.Down.Bytes != 200_000 || s.Up.Bytes != 200_000 || s.Connections.Cut != 1 {
		t.Errorf("the summary is %+v", s)
	}
}

// A proxy with a page that nobody watches ends at once, and one whose page cannot be
// served does not listen.
func TestProxyServeNobody(t *testing.T) {
	p := bpcopy(t, "proxy", "-q", "--serve", "--for", "1ms", "tcp-listen://:0", "tcp://127.0.0.1:1")
	if got := p.end(); got != 0 {
		t.Errorf("exit status %d; want 0: %s", got, p.stderr.String())
	}
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	p = bpcopy(t, "proxy", "--serve="+taken.Addr().String(), "tcp-listen://:0", "tcp://127.0.0.1:1")
	if got, want := p.end(), "bpcopy: error: serve at \""+taken.Addr().String()+"\": address already in use\n"; got != 1 || p.stderr.String() != want {
		t.Errorf("exit status %d, %q; want 1, %q", got, p.stderr.String(), want)
	}
}
