//go:build unix

package integration

import (
	"bytes"
	"errors"
	"io"
	"maps"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"syscall"
	"testing"
)

// A scriptedEnd is what a script of --consumer makes of a copy.
type scriptedEnd struct {
	script  string
	code    int
	cause   string // of the error, "" for none
	arrives int64  // bytes at the peer of a pipe
}

// scriptedSize is larger than what any script here lets through before its end.
const scriptedSize = 1<<20 + 1

func scriptedEnds() map[string]scriptedEnd {
	return map[string]scriptedEnd{
		"passes": {"32MiB/s for 256KiB; stall for 5ms; slice 10000B + latency 50us for 100000B; unlimited", 0, "", scriptedSize},
		"close":  {"unlimited for 300001B; close", 141, "the consumer went away", 300001},
		"fail":   {"slice 7000B for 300001B; fail ENOSPC", 1, "no space left on device", 300001},
	}
}

// bothConduits are those of this system.
func bothConduits() []string {
	if runtime.GOOS != "linux" {
		return []string{"memory"}
	}
	return []string{"memory", "kernel"}
}

// forEachEnd runs a test of every scripted end with either conduit.
func forEachEnd(t *testing.T, kind string, test func(t *testing.T, end scriptedEnd, flags []string)) {
	for _, name := range slices.Sorted(maps.Keys(scriptedEnds())) {
		for _, conduit := range bothConduits() {
			t.Run(kind+" "+name+" "+conduit, func(t *testing.T) {
				t.Parallel()
				end := scriptedEnds()[name]
				test(t, end, []string{"-q", "--conduit=" + conduit, "--consumer", end.script})
			})
		}
	}
}

// want checks how a copy to the operand has ended.
func (e scriptedEnd) want(p *program, operand string) {
	p.t.Helper()
	message := ""
	if e.cause != "" {
		message = `write destination "` + operand + `": ` + e.cause
	}
	p.want(e.code, message)
}

// TestScriptedConsumerOfAFile: it gets every byte, or stands as it was.
func TestScriptedConsumerOfAFile(t *testing.T) {
	src := newSample(t, t.TempDir(), "src", scriptedSize)
	content, err := os.ReadFile(src.path)
	if err != nil {
		t.Fatal(err)
	}
	for kind, before := range map[string]map[string]string{"new file": {}, "old file": {"dst": "old"}} {
		forEachEnd(t, kind, func(t *testing.T, end scriptedEnd, flags []string) {
			dir := folder(t, before)
			p := bpcopy(t, append(flags, src.path, "dst")...)
			p.Dir = dir
			end.want(p, "dst")
			after := before
			if end.code == 0 {
				after = map[string]string{"dst": string(content)}
			}
			wantFolder(t, dir, after)
		})
	}
}

// TestScriptedConsumerOfAPeer: what the script lets through arrives, and nothing
// more. A TCP connection that was given up is reset, which its peer must not take
// for the end; the other kinds cannot tell.
func TestScriptedConsumerOfAPeer(t *testing.T) {
	src := newSample(t, t.TempDir(), "src", scriptedSize)
	content, err := os.ReadFile(src.path)
	if err != nil {
		t.Fatal(err)
	}
	for kind, open := range peerEnds() {
		forEachEnd(t, kind, func(t *testing.T, end scriptedEnd, flags []string) {
			dir := t.TempDir()
			dst := open(t, dir, false)
			p := bpcopy(t, append(flags, src.path, dst.operand)...)
			if dst.stdio != nil {
				p.Stdout = dst.stdio
			}
			p.start()
			dst.stdio.Close()
			var got []byte
			err := dst.with(p, func(peer io.ReadWriter) (err error) {
				got, err = io.ReadAll(peer)
				return err
			})
			end.want(p, dst.operand)
			resets := end.code != 0 && slices.Contains([]string{"tcp", "tcp6", "tcp-listen", "tcp6-listen"}, kind)
			switch {
			case resets && !errors.Is(err, syscall.ECONNRESET):
				t.Errorf("reading from it: %v after %d bytes; want %v", err, len(got), syscall.ECONNRESET)
			case !resets && (err != nil || int64(len(got)) != end.arrives):
				t.Errorf("reading from it: %d bytes, %v; want %d", len(got), err, end.arrives)
			case int64(len(got)) > end.arrives || !bytes.HasPrefix(content, got):
				t.Errorf("%d bytes came; want at most %d, those of the source", len(got), end.arrives)
			}
			wantLeft(t, kind, dir)
		})
	}
}

// wantLeft wants in the folder of a peer what is not bpcopy's to remove, and
// nothing else.
func wantLeft(t *testing.T, kind, dir string) {
	t.Helper()
	want := map[string][]string{"fifo": {"fifo"}, "unix": {"socket"}}[kind]
	left, err := filepath.Glob(filepath.Join(dir, "*"))
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, path := range left {
		names = append(names, filepath.Base(path))
	}
	if !slices.Equal(names, want) {
		t.Errorf("left in the folder: %q; want %q", names, want)
	}
}
