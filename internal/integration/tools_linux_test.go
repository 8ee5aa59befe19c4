package integration

import (
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// A tool is another program at the far end of a copy. It sends its standard
// input, or writes what it takes to standard output.
type tool struct {
	sends   bool
	operand string // what bpcopy is given; one of both sides listens
	line    string // the tool's own command line
}

// tools lists programs that differ in how they open and end a connection. HOST
// and PORT stand for the address of the side that listens.
func tools() []tool {
	return []tool{
		{true, "tcp-listen://:0", "socat -u - TCP:HOST:PORT"},
		{false, "tcp-listen://:0", "socat -u TCP:HOST:PORT -"},
		{true, "unix-listen://socket", "socat -u - UNIX-CONNECT:HOST"},
		{false, "unix-listen://socket", "socat -u UNIX-CONNECT:HOST -"},
		{true, "tcp://HOST:PORT", "socat -u - TCP-LISTEN:0,bind=127.0.0.1"},
		{false, "tcp://HOST:PORT", "socat -u TCP-LISTEN:0,bind=127.0.0.1 -"},
		{false, "tcp://HOST:PORT", "socat TCP-LISTEN:0,bind=127.0.0.1 -"}, // both ways
		{true, "tcp-listen://:0", "ncat --send-only HOST PORT"},
		{false, "tcp-listen://:0", "ncat --recv-only HOST PORT"},
		{true, "unix-listen://socket", "ncat --send-only -U HOST"},
		{false, "unix-listen://socket", "ncat --recv-only -U HOST"},
		{true, "tcp://HOST:PORT", "ncat --send-only -l 127.0.0.1 0"},
		{false, "tcp://HOST:PORT", "ncat --recv-only -l 127.0.0.1 0"},
		{false, "tcp://HOST:PORT", "ncat -l 127.0.0.1 0"},
	}
}

// TestTools copies to and from each tool.
func TestTools(t *testing.T) {
	dir := t.TempDir()
	all := []load{
		{newSample(t, dir, "empty", 0), []string{"-q"}},
		{newSample(t, dir, "small", 20007), []string{"-q", "-H10000", "--rate=8MiB"}},
		{newSample(t, dir, "large", 1<<20), []string{"-q"}},
	}
	for _, x := range tools() {
		t.Run(x.line, func(t *testing.T) {
			if name, _, _ := strings.Cut(x.line, " "); !installed(name) {
				t.Skipf("%s is not installed", name)
			}
			t.Parallel()
			for _, l := range all {
				if got := x.carry(t, l); got != l.sum {
					t.Errorf("%v: %d bytes, sha256 %x; want %d, %x", l, got.size, got.sha256, l.sum.size, l.sum.sha256)
				}
			}
		})
	}
}

func installed(name string) bool {
	_, err := exec.LookPath(name)
	return err == nil
}

// carry copies with one bpcopy between a file and the tool.
func (x tool) carry(t *testing.T, l load) sum {
	dst := filepath.Join(t.TempDir(), "dst")
	far := func(host, port string) *program {
		args := strings.Fields(strings.NewReplacer("HOST", host, "PORT", port).Replace(x.line))
		p := command(t, args[0], args[1:]...)
		p.Dir = filepath.Dir(dst)
		in, out := "/dev/null", dst
		if x.sends {
			in, out = l.path, "/dev/null"
		}
		p.Stdin, p.Stdout = open(t, in, os.O_RDONLY), open(t, out, os.O_WRONLY|os.O_CREATE)
		return p.start()
	}
	near := func(operand string) *program {
		p := l.bpcopy(t, l.path, operand)
		if x.sends {
			p = l.bpcopy(t, operand, dst)
		}
		p.Dir = filepath.Dir(dst)
		return p.start()
	}
	var p, peer *program
	if strings.Contains(x.operand, "-listen:") {
		p = near(x.operand)
		address, err := p.listening()
		if err != nil {
			t.Fatal(err)
		}
		host, port, err := net.SplitHostPort(address)
		if err != nil { // a Unix socket has no port
			host = address
		}
		peer = far(host, port)
	} else {
		peer = far("", "")
		p = near(strings.NewReplacer("HOST", "127.0.0.1", "PORT", peer.port()).Replace(x.operand))
	}
	p.want(0, "")
	if code := peer.end(); code != 0 {
		t.Errorf("%s ended with %d: %s", x.line, code, peer.stderr.String())
	}
	return sumFile(t, dst)
}

func open(t *testing.T, path string, flag int) *os.File {
	t.Helper()
	file, err := os.OpenFile(path, flag, 0o666)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { file.Close() })
	return file
}

// port waits until the program listens on TCP, and returns the port.
func (p *program) port() (port string) {
	p.t.Helper()
	p.until("it listens", func() bool {
		sockets := make(map[string]bool)
		fds, _ := filepath.Glob(fmt.Sprintf("/proc/%d/fd/*", p.Process.Pid))
		for _, fd := range fds {
			target, _ := os.Readlink(fd)
			sockets[target] = true
		}
		table, _ := os.ReadFile("/proc/net/tcp")
		for line := range strings.Lines(string(table)) {
			const localAddress, state, inode, listens = 1, 3, 9, "0A"
			fields := strings.Fields(line)
			if fields[state] != listens || !sockets["socket:["+fields[inode]+"]"] {
				continue
			}
			_, hex, _ := strings.Cut(fields[localAddress], ":")
			number, err := strconv.ParseUint(hex, 16, 16)
			port = strconv.FormatUint(number, 10)
			return err == nil
		}
		return false
	})
	return port
}
