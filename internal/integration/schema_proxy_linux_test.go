package integration

import (
	"bytes"
	"io"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestProxyIsAsTheSchemas relays a connection with a stall, and one command, and refuses a
// mistake.
func TestProxyIsAsTheSchemas(t *testing.T) {
	t.Parallel()
	summaries, events := readSchema(t, "proxy.json"), readSchema(t, "events.json")
	dir := t.TempDir()
	path := func(name string) string { return filepath.Join(dir, name) }
	p := bpcopy(t, "proxy", "-q", "--json", path("relayed"), "--events", path("events"), "--down", "stall for 50ms; unlimited",
		"--expect", "connections.opened = 2", "--connections=1", "tcp-listen://:0", "tcp://127.0.0.1:"+echoServer(t)).start()
	address, err := p.listening()
	if err != nil {
		t.Fatal(err)
	}
	conn, err := net.Dial("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if _, err := io.WriteString(conn, strings.Repeat("x", 10_000)); err != nil {
		t.Fatal(err)
	}
	conn.(*net.TCPConn).CloseWrite()
	if got, err := io.ReadAll(conn); err != nil || len(got) != 10_000 {
		t.Fatalf("%d bytes came back, %v; want 10000", len(got), err)
	}
	if status := p.end(); status != 3 {
		t.Errorf("status %d, %s; want 3", status, p.stderr.String())
	}
	bpcopy(t, "proxy", "-q", "--json", path("command"), "tcp-listen://:0", "tcp://127.0.0.1:1", "--", "false").end()
	bpcopy(t, "proxy", "-q", "--json", path("refused"), "--share=5", "tcp-listen://:0", "tcp://127.0.0.1:1").end()

	for name, want := range map[string]string{"relayed": "expectation", "command": "command", "refused": "usage"} {
		report, err := os.ReadFile(path(name))
		if err != nil {
			t.Fatal(err)
		}
		if err := summaries.check(report); err != nil || !bytes.Contains(report, []byte(`"result":"`+want+`"`)) {
			t.Errorf("%s: %v in %s", name, err, report)
		}
	}
	trace, err := os.ReadFile(path("events"))
	if err != nil || !bytes.Contains(trace, []byte(`"dir":"down"`)) || !bytes.Contains(trace, []byte(`"dir":"up"`)) {
		t.Fatalf("the events are %s, %v; want some of both directions", trace, err)
	}
	for line := range bytes.Lines(trace) {
		if err := events.check(line); err != nil {
			t.Errorf("%v in %s", err, line)
		}
	}
}
