//go:build unix

package integration

import (
	"errors"
	"fmt"
	"io"
	"net"
	"path/filepath"
	"testing"
)

// silent prepares a copy from a source that has nothing to say, once it has
// said hello, to dst.
func silent(t *testing.T, dst end, args ...string) (p *program, peer, says io.ReadWriteCloser) {
	t.Helper()
	src := pipeEnd(t, "", true)
	p = bpcopy(t, append([]string{"-q"}, args...)...)
	p.Stdin = src.stdio
	if dst.stdio != nil {
		p.Stdout = dst.stdio
	}
	var err error
	if says, err = src.reach(p); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { says.Close() })
	// Before the program is there: a script may end it at once.
	if _, err := io.WriteString(says, "hello"); err != nil {
		t.Fatal(err)
	}
	p.start()
	src.stdio.Close()
	dst.stdio.Close()
	if peer, err = dst.reach(p); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { peer.Close() })
	return p, peer, says
}

func hears(t *testing.T, peer io.Reader, text string) {
	t.Helper()
	got := make([]byte, len(text))
	if _, err := io.ReadFull(peer, got); err != nil || string(got) != text {
		t.Fatalf("%q came, %v; want %q", got, err, text)
	}
}

// reset lets go of a peer as a program does that has crashed.
func reset(peer io.Closer) error {
	if tcp, ok := peer.(*net.TCPConn); ok {
		if err := tcp.SetLinger(0); err != nil {
			return err
		}
	}
	return peer.Close()
}

// TestGoneWhileSilent: a destination that goes away is noticed although the source
// has nothing to say, and has no end.
func TestGoneWhileSilent(t *testing.T) {
	for kind, open := range peerEnds() {
		for _, flag := range []string{"--conduit=auto", "--conduit=memory", "--rate=1MiB", "--consumer=unlimited for 5B; stall"} {
			t.Run(kind+" "+flag, func(t *testing.T) {
				t.Parallel()
				dst := open(t, t.TempDir(), false)
				p, peer, _ := silent(t, dst, flag, "-", dst.operand)
				hears(t, peer, "hello")
				if err := reset(peer); err != nil {
					t.Fatal(err)
				}
				code, cause := 1, "connection reset by peer"
				switch kind {
				case "pipe", "fifo":
					code, cause = 141, "the consumer went away"
				case "unix", "unix-listen":
					cause = "broken pipe"
				}
				p.want(code, `write destination "`+dst.operand+`": `+cause)
			})
		}
	}
}

// TestGoneBeforeAnything: not even a first byte is needed.
func TestGoneBeforeAnything(t *testing.T) {
	for _, flag := range []string{"--conduit=auto", "--conduit=memory", "--consumer=stall"} {
		src, dst := pipeEnd(t, "", true), pipeEnd(t, "", false)
		p := bpcopy(t, "-q", flag, "-", "-")
		p.Stdin, p.Stdout = src.stdio, dst.stdio
		p.start()
		src.stdio.Close()
		dst.stdio.Close()
		writer, _ := src.reach(p)
		reader, _ := dst.reach(p)
		reader.Close()
		p.want(141, `write destination "-": the consumer went away`)
		writer.Close() // not before
	}
}

// TestGoneBeforeTheSourceComes: nor a source.
func TestGoneBeforeTheSourceComes(t *testing.T) {
	for _, source := range []end{fifoEnd(t, t.TempDir(), true), accepted("tcp", "tcp-listen://:0")} {
		dst := pipeEnd(t, "", false)
		p := bpcopy(t, "-q", source.operand, "-")
		p.Stdout = dst.stdio
		p.start()
		dst.stdio.Close()
		reader, _ := dst.reach(p)
		reader.Close()
		p.want(141, `write destination "-": the consumer went away`)
	}
}

// TestGoneAmongSeveral: the others go on without it only where that was asked for.
func TestGoneAmongSeveral(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "file")
	for _, keepGoing := range []bool{false, true} {
		dst := pipeEnd(t, "", false)
		p, peer, says := silent(t, dst, fmt.Sprintf("--keep-going=%v", keepGoing), "--json="+filepath.Join(t.TempDir(), "report"), "-", file, "-")
		hears(t, peer, "hello")
		peer.Close()
		if keepGoing {
			_, err := io.WriteString(says, "you") // whether that finds out or not
			if err := errors.Join(err, says.Close()); err != nil {
				t.Fatal(err)
			}
			p.want(1, `write destination "-": the consumer went away`)
			wantFolder(t, dir, map[string]string{"file": "helloyou"})
			continue
		}
		p.want(141, `write destination "-": the consumer went away`)
		wantFolder(t, dir, nil)
	}
}

// TestAllGoneWhileSilent: with nobody left there is nothing to keep going for.
func TestAllGoneWhileSilent(t *testing.T) {
	for _, conduit := range []string{"auto", "memory"} {
		dst := pipeEnd(t, "", false)
		p, peer, _ := silent(t, dst, "--keep-going", "--conduit="+conduit, "-", "-")
		peer.Close()
		if got := p.end(); got == 0 {
			t.Errorf("it ended with 0 and %s", p.stderr.String())
		}
	}
}

// TestHalfClosedIsThere: a peer that sends no more takes all the same.
func TestHalfClosedIsThere(t *testing.T) {
	for _, conduit := range []string{"auto", "memory"} {
		for _, kind := range []string{"tcp", "tcp-listen", "unix"} {
			dst := peerEnds()[kind](t, t.TempDir(), false)
			p, peer, says := silent(t, dst, "--conduit="+conduit, "-", dst.operand)
			if err := peer.(interface{ CloseWrite() error }).CloseWrite(); err != nil {
				t.Fatal(err)
			}
			hears(t, peer, "hello")
			_, err := io.WriteString(says, "you")
			if err := errors.Join(err, says.Close()); err != nil {
				t.Fatal(err)
			}
			hears(t, peer, "you")
			go io.Copy(io.Discard, peer)
			p.want(0, "")
		}
	}
}

// TestScriptEndsWhileSilent: a script that ends the copy does so at its time, and
// not with the next byte.
func TestScriptEndsWhileSilent(t *testing.T) {
	for _, conduit := range []string{"auto", "memory"} {
		for _, tt := range []struct {
			flag string
			code int
			want string
		}{
			{"--consumer=unlimited for 50ms; close", 141, `write destination "-": the consumer went away`},
			{"--consumer=1MiB/s for 50ms; fail EIO", 1, `write destination "-": input/output error`},
			{"--consumer=unlimited for 5B; stall for 50ms; fail ENOSPC", 1, `write destination "-": no space left on device`},
			{"--producer=unlimited for 50ms; fail EIO", 1, `read source "-": input/output error`},
			{"--producer=unlimited for 50ms; close", 0, ""},
		} {
			t.Run(conduit+" "+tt.flag, func(t *testing.T) {
				t.Parallel()
				dst := pipeEnd(t, "", false)
				p, _, _ := silent(t, dst, "--conduit="+conduit, tt.flag, "-", "-")
				p.want(tt.code, tt.want)
			})
		}
	}
}

// TestScriptEndsWhileStuck: nor does it wait for a destination that takes nothing.
func TestScriptEndsWhileStuck(t *testing.T) {
	for _, conduit := range []string{"auto", "memory"} {
		for flag, want := range map[string]string{
			"--consumer=unlimited for 50ms; fail EIO": `write destination "-": input/output error`,
			"--producer=unlimited for 50ms; fail EIO": `read source "/dev/zero": input/output error`,
		} {
			dst := pipeEnd(t, "", false)
			p := bpcopy(t, "-q", "--conduit="+conduit, flag, "/dev/zero", "-")
			p.Stdout = dst.stdio
			p.start()
			dst.stdio.Close()
			p.want(1, want)
			reader, _ := dst.reach(p)
			reader.Close()
		}
	}
}

// TestPromisedSize: a source that ends before what was promised is no good copy.
func TestPromisedSize(t *testing.T) {
	for _, conduit := range []string{"auto", "memory"} {
		for _, flag := range []string{"-s10", "-S10"} {
			for _, kind := range []string{"pipe", "fifo", "tcp", "tcp-listen", "unix"} {
				for text, code := range map[string]int{"": 1, "abc": 1, "0123456789": 0} {
					dir := folder(t, map[string]string{"dst": "old"})
					src := peerEnds()[kind](t, t.TempDir(), true)
					p := bpcopy(t, "-q", "--conduit="+conduit, flag, src.operand, "dst")
					p.Dir = dir
					if src.stdio != nil {
						p.Stdin = src.stdio
					}
					p.start()
					src.stdio.Close()
					err := src.with(p, func(peer io.ReadWriter) error { _, err := io.WriteString(peer, text); return err })
					if err != nil {
						t.Fatal(err)
					}
					if code == 0 {
						p.want(0, "")
						wantFolder(t, dir, map[string]string{"dst": text})
						continue
					}
					p.want(1, fmt.Sprintf("read source %q: ended after %d of 10 bytes", src.operand, len(text)))
					wantFolder(t, dir, map[string]string{"dst": "old"})
				}
			}
		}
	}
}
