package integration

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// onlyWriter hides the short cuts of a connection.
type onlyWriter struct{ io.Writer }

// echo sends back what it gets, and reads nothing while it does.
func echo(peer net.Conn) (sum, error) {
	return sumOf(io.TeeReader(peer, onlyWriter{peer}))
}

// answerers are the peers of a destination that a test listens as.
func answerers(t *testing.T) map[string]net.Listener {
	t.Helper()
	all := make(map[string]net.Listener)
	for name, at := range map[string][2]string{
		"tcp": {"tcp", "127.0.0.1:0"}, "tcp6": {"tcp", "[::1]:0"}, "unix": {"unix", filepath.Join(t.TempDir(), "socket")},
	} {
		listener, err := net.Listen(at[0], at[1])
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { listener.Close() })
		all[name] = listener
	}
	return all
}

func urlOf(l net.Listener) string { return l.Addr().Network() + "://" + l.Addr().String() }

// TestEcho: a peer that answers everything gets everything, however much it is, from
// a file and from a pipe, over every conduit, alone and beside a file.
func TestEcho(t *testing.T) {
	file := newSample(t, t.TempDir(), "src", 48<<20) // more than the kernel holds for both ways
	for name, listener := range answerers(t) {
		for _, args := range [][]string{
			{file.path, urlOf(listener)},
			{"--conduit=memory", file.path, urlOf(listener)},
			{"-", urlOf(listener)},
			{"--conduit=memory", "-", urlOf(listener)},
			{file.path, "copy", urlOf(listener)},
			{"--rate=512MiB/s", file.path, urlOf(listener)},
		} {
			t.Run(name+" "+strings.Join(args[:len(args)-1], " "), func(t *testing.T) {
				p := bpcopy(t, append([]string{"-q", "--linger=1h"}, args...)...)
				p.Dir = folder(t, nil)
				if args[len(args)-2] == "-" {
					p.Stdin = catOf(t, file.path)
				}
				p.start()
				peer, err := listener.Accept()
				if err != nil {
					t.Fatal(err)
				}
				defer peer.Close()
				if got, err := echo(peer); got != file.sum || err != nil {
					t.Errorf("peer got %d bytes, %v; want all %d", got.size, err, file.sum.size)
				}
				peer.Close()
				p.want(0, "")
			})
		}
	}
}

// catOf is a pipe with what is in a file.
func catOf(t *testing.T, path string) *os.File {
	t.Helper()
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	file, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { r.Close() })
	go func() {
		defer w.Close()
		defer file.Close()
		io.Copy(w, file)
	}()
	return r
}

// heedless goes on when nobody takes what is written any more.
type heedless struct{ io.Writer }

func (h heedless) Write(p []byte) (int, error) {
	h.Writer.Write(p)
	return len(p), nil
}

// TestEchoToStdout: the peer of a socket that is standard output answers as well. Others
// may share the socket, so it gets no end from bpcopy, and its own is not waited for.
func TestEchoToStdout(t *testing.T) {
	file := newSample(t, t.TempDir(), "src", 48<<20)
	for name, listener := range answerers(t) {
		t.Run(name, func(t *testing.T) {
			ours, err := net.Dial(listener.Addr().Network(), listener.Addr().String())
			if err != nil {
				t.Fatal(err)
			}
			peer, err := listener.Accept()
			if err != nil {
				t.Fatal(err)
			}
			defer peer.Close()
			p := bpcopy(t, "-q", file.path, "-")
			stdout, err := ours.(interface{ File() (*os.File, error) }).File()
			if err != nil {
				t.Fatal(err)
			}
			p.Stdout = stdout
			p.start()
			stdout.Close()
			ours.Close()
			if got, err := sumOf(io.TeeReader(peer, heedless{peer})); got != file.sum {
				t.Errorf("peer got %d bytes, %v; want all %d", got.size, err, file.sum.size)
			}
			p.want(0, "")
		})
	}
}

// TestRealEcho: the same with a server that people have.
func TestRealEcho(t *testing.T) {
	file := newSample(t, t.TempDir(), "src", 48<<20)
	if _, err := exec.LookPath("socat"); err != nil {
		t.Skip(err)
	}
	for _, with := range []string{"EXEC:cat", "PIPE"} {
		t.Run(with, func(t *testing.T) {
			dir := folder(t, nil)
			// No more at once than a pipe that takes something is sure to take: socat
			// is at both ends of its own, and would wait for itself.
			server := command(t, "socat", "-b4096", "UNIX-LISTEN:"+dir+"/socket", with).start()
			server.until("it listens", func() bool { return listens(t, dir+"/socket") })
			p := bpcopy(t, "-q", file.path, "unix://"+dir+"/socket")
			p.want(0, "")
			server.Process.Kill()
			server.Wait()
		})
	}
}

// listens tells whether somebody listens at a socket, without looking like a client: a
// socket is there before that.
func listens(t *testing.T, path string) bool {
	t.Helper()
	const accepts = "00010000" // the kernel's __SO_ACCEPTCON
	sockets, err := os.ReadFile("/proc/net/unix")
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(sockets)) {
		if f := strings.Fields(line); len(f) == 8 && f[3] == accepts && f[7] == path {
			return true
		}
	}
	return false
}

// TestEarlyAnswer: a server that refuses what it gets, and closes, has not got it.
func TestEarlyAnswer(t *testing.T) {
	const answer = "HTTP/1.1 413 Content Too Large\r\nConnection: close\r\n\r\n"
	for _, size := range []int64{100_000, 32 << 20} {
		file := newSample(t, t.TempDir(), "src", size)
		for name, listener := range answerers(t) {
			for _, conduit := range []string{"--conduit=auto", "--conduit=memory"} {
				t.Run(fmt.Sprint(name, conduit, size), func(t *testing.T) {
					p := bpcopy(t, "-q", "--linger=1h", conduit, file.path, urlOf(listener)).start()
					peer, err := listener.Accept()
					if err != nil {
						t.Fatal(err)
					}
					if _, err := io.ReadFull(peer, make([]byte, 1000)); err != nil {
						t.Fatal(err)
					}
					if _, err := io.WriteString(peer, answer); err != nil {
						t.Fatal(err)
					}
					awaitInput(t, p, peer)
					peer.Close()
					if got := p.end(); got != 1 {
						t.Errorf("exit status %d; want 1", got)
					}
					said := p.stderr.String()
					want := fmt.Sprintf("bpcopy: error: write destination %q: ", urlOf(listener))
					if said != want+"connection reset by peer\n" && said != want+"broken pipe\n" {
						t.Errorf("it wrote %q; want one error that begins with %q", said, want)
					}
				})
			}
		}
	}
}

// awaitInput waits until the peer has bytes to read, so that closing it is a reset.
func awaitInput(t *testing.T, p *program, peer net.Conn) {
	t.Helper()
	raw, err := peer.(syscall.Conn).SyscallConn()
	if err != nil {
		t.Fatal(err)
	}
	p.until("more has come", func() (some bool) {
		raw.Control(func(fd uintptr) {
			n, _, err := syscall.Recvfrom(int(fd), make([]byte, 1), syscall.MSG_PEEK|syscall.MSG_DONTWAIT)
			some = n > 0 && err == nil
		})
		return some
	})
}

// TestPeerEndsFirst: a peer that sends no more may listen on.
func TestPeerEndsFirst(t *testing.T) {
	file := newSample(t, t.TempDir(), "src", 8<<20)
	for name, listener := range answerers(t) {
		for _, conduit := range []string{"--conduit=auto", "--conduit=memory"} {
			p := bpcopy(t, "-q", "--linger=1h", conduit, file.path, urlOf(listener)).start()
			peer, err := listener.Accept()
			if err != nil {
				t.Fatal(err)
			}
			defer peer.Close()
			if err := peer.(interface{ CloseWrite() error }).CloseWrite(); err != nil {
				t.Fatal(err)
			}
			if got, err := sumOf(peer); got != file.sum || err != nil {
				t.Errorf("%s: peer got %d bytes, %v; want all %d", name, got.size, err, file.sum.size)
			}
			p.want(0, "")
		}
	}
}

// TestLinger: bpcopy waits for the peer's end when all is complete, no longer than
// it may, and a signal only cuts that short.
func TestLinger(t *testing.T) {
	for name, listener := range answerers(t) {
		for linger, end := range map[string]func(*program, net.Conn){
			"--linger=0":    func(*program, net.Conn) {},
			"--linger=0s":   func(*program, net.Conn) {},
			"--linger=10ms": func(*program, net.Conn) {},
			"--linger=1h":   func(_ *program, peer net.Conn) { peer.Close() },
			"--linger=2h": func(p *program, _ net.Conn) {
				p.until("the file is complete", func() bool {
					got, err := os.ReadFile(p.Dir + "/copy")
					return err == nil && string(got) == "data"
				})
				if p.hasEnded() {
					p.t.Error("it has ended before its peer")
				}
				p.Process.Signal(syscall.SIGTERM)
			},
		} {
			t.Run(name+linger, func(t *testing.T) {
				p := bpcopy(t, "-q", "--json=json", "--idle-timeout=1h", linger, "src", urlOf(listener), "copy")
				p.Dir = folder(t, map[string]string{"src": "data"})
				p.start()
				peer, err := listener.Accept()
				if err != nil {
					t.Fatal(err)
				}
				defer peer.Close()
				if got, err := io.ReadAll(peer); string(got) != "data" || err != nil {
					t.Errorf("peer got %q, %v; want data, nil", got, err)
				}
				end(p, peer)
				p.want(0, "")
				wantSummary(t, p.Dir+"/json", "ok")
			})
		}
	}
}

func wantSummary(t *testing.T, path, result string) {
	t.Helper()
	text, err := os.ReadFile(path)
	var summary struct{ Result string }
	if err == nil {
		err = json.Unmarshal(text, &summary)
	}
	if err != nil || summary.Result != result {
		t.Errorf("summary %s, %v; want the result %q", text, err, result)
	}
}

// TestLingerTogether: several peers are waited for at once, whoever ends first.
func TestLingerTogether(t *testing.T) {
	listeners := []net.Listener{listen(t), listen(t), listen(t)}
	p := bpcopy(t, "-q", "--linger=1h", "src", urlOf(listeners[0]), urlOf(listeners[1]), urlOf(listeners[2]))
	p.Dir = folder(t, map[string]string{"src": "data"})
	p.start()
	var peers []net.Conn
	for _, listener := range listeners {
		peer, err := listener.Accept()
		if err != nil {
			t.Fatal(err)
		}
		defer peer.Close()
		peers = append(peers, peer)
	}
	for _, peer := range []net.Conn{peers[2], peers[0], peers[1]} {
		if got, err := io.ReadAll(peer); string(got) != "data" || err != nil {
			t.Errorf("peer got %q, %v; want data, nil", got, err)
		}
		if p.hasEnded() {
			t.Error("it has ended before all of its peers")
		}
		peer.Close()
	}
	p.want(0, "")
}

// TestBadLinger: a time below zero is none.
func TestBadLinger(t *testing.T) {
	for _, bad := range []string{"-1s", "2", "x", ""} {
		p := bpcopy(t, "--linger="+bad, "/dev/null", "/dev/null")
		p.want(2, fmt.Sprintf(`invalid argument %q for "--linger" flag: want 0 or a duration such as 500ms, 2s or 1m30s`, bad))
	}
}

// TestSocketFileNotOurs: a signal has a listener remove its socket's file, but not what
// another has put in its place.
func TestSocketFileNotOurs(t *testing.T) {
	for name, test := range map[string]struct {
		meanwhile func(dir string) error
		left      []string
	}{
		"untouched":  {func(string) error { return nil }, nil},
		"moved away": {func(dir string) error { return os.Rename(dir+"/d/s", dir+"/d/t") }, []string{"t"}},
		"a file":     {func(dir string) error { os.Remove(dir + "/d/s"); return os.WriteFile(dir+"/d/s", nil, 0o600) }, []string{"s"}},
		"another listener": {func(dir string) error {
			os.Remove(dir + "/d/s")
			l, err := net.ListenUnix("unix", &net.UnixAddr{Net: "unix", Name: dir + "/d/s"})
			if err == nil {
				l.SetUnlinkOnClose(false)
				err = l.Close()
			}
			return err
		}, []string{"s"}},
		"folder renamed": {func(dir string) error { return errors.Join(os.Rename(dir+"/d", dir+"/e"), os.Symlink("e", dir+"/d")) }, nil},
	} {
		t.Run(name, func(t *testing.T) {
			dir := folder(t, nil)
			if err := os.Mkdir(dir+"/d", 0o700); err != nil {
				t.Fatal(err)
			}
			p := bpcopy(t, "-q", "unix-listen://d/s", "/dev/null")
			p.Dir = dir
			p.start()
			if _, err := p.listening(); err != nil {
				t.Fatal(err)
			}
			if err := test.meanwhile(dir); err != nil {
				t.Fatal(err)
			}
			p.Process.Signal(syscall.SIGTERM)
			p.want(143, "interrupted by SIGTERM")
			entries, err := os.ReadDir(dir + "/d")
			if err != nil || len(entries) != len(test.left) || len(entries) > 0 && entries[0].Name() != test.left[0] {
				t.Errorf("left in the folder: %v, %v; want %q", entries, err, test.left)
			}
		})
	}
}
