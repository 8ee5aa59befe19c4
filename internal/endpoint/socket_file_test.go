//go:build unix

package endpoint

import (
	"net"
	"os"
	"testing"
)

// A listener removes its own file, wherever its folder is by now, and no other.
func TestSocketFileRemoved(t *testing.T) {
	for _, test := range []struct {
		name string
		then func(t *testing.T)
		left []string // in the folder
	}{
		{"untouched", func(*testing.T) {}, nil},
		{"folder renamed", func(t *testing.T) { rename(t, "d", "e"); makeDir(t, "d") }, nil},
		{"moved", func(t *testing.T) { rename(t, "d/s", "d/t") }, []string{"t"}},
		{"moved and replaced", func(t *testing.T) { rename(t, "d/s", "d/t"); listen(t, "unix", "d/s") }, []string{"s", "t"}},
		{"removed and replaced", func(t *testing.T) { remove(t, "d/s"); listen(t, "unix", "d/s") }, []string{"s"}},
		{"a file in its place", func(t *testing.T) { remove(t, "d/s"); writeFile(t, "d/s", "mine", 0o600) }, []string{"s"}},
		{"a file of the same name elsewhere", func(t *testing.T) {
			rename(t, "d", "e")
			makeDir(t, "d")
			writeFile(t, "d/s", "mine", 0o600)
		}, []string{"s"}},
		{"gone", func(t *testing.T) { remove(t, "d/s"); remove(t, "d"); makeDir(t, "d") }, nil},
	} {
		t.Run(test.name, func(t *testing.T) {
			checkLeaks(t)
			t.Chdir(t.TempDir())
			makeDir(t, "d")
			d := openDest(t, "unix-listen://d/s", nil, DestOptions{})
			test.then(t)
			d.Abort()
			wantNames(t, "d", test.left...)
			if _, err := os.Stat("e"); err == nil {
				wantNames(t, "e")
			}
		})
	}
}

// It removes its file as well in a folder that it may not read.
func TestSocketFileRemovedByPath(t *testing.T) {
	if os.Geteuid() == 0 {
		t.Skip("root may read everything")
	}
	t.Chdir(t.TempDir())
	makeDir(t, "d")
	if err := os.Chmod("d", 0o300); err != nil {
		t.Fatal(err)
	}
	openDest(t, "unix-listen://d/s", nil, DestOptions{}).Abort()
	if err := os.Chmod("d", 0o700); err != nil {
		t.Fatal(err)
	}
	wantNames(t, "d")
}

// A socket that is no operand is refused, with a hint where it can be connected
// to.
func TestSocketRefused(t *testing.T) {
	t.Chdir(t.TempDir())
	listen(t, "unix", "s p")
	datagrams, err := net.ListenPacket("unixgram", "log")
	if err != nil {
		t.Fatal(err)
	}
	defer datagrams.Close()
	_, err = OpenSource(t.Context(), operand(t, "s p"), SourceOptions{})
	wantError(t, "OpenSource()", err, `open source "s p": is a socket`, `to connect to it, write "unix://s p"`)
	_, err = OpenDest(t.Context(), operand(t, "s p"), nil, DestOptions{})
	wantError(t, "OpenDest()", err, `open destination "s p": is a socket`, `to connect to it, write "unix://s p"`)
	_, err = OpenSource(t.Context(), operand(t, "log"), SourceOptions{})
	wantError(t, "OpenSource()", err, `open source "log": is a socket`, "")
}

// What takes a FIFO's name while its reader is awaited is not written over.
func TestFIFOReplacedMeanwhile(t *testing.T) {
	t.Chdir(t.TempDir())
	d := openDest(t, makeFIFO(t, "fifo"), nil, DestOptions{})
	remove(t, "fifo")
	writeFile(t, "fifo", "mine", 0o600)
	wantError(t, "Ready()", d.Ready(t.Context()), `open destination "fifo": is a FIFO no longer`, "")
	wantFile(t, "fifo", "mine")
}

func makeDir(t *testing.T, path string) {
	t.Helper()
	if err := os.Mkdir(path, 0o700); err != nil {
		t.Fatal(err)
	}
}

func rename(t *testing.T, from, to string) {
	t.Helper()
	if err := os.Rename(from, to); err != nil {
		t.Fatal(err)
	}
}

func remove(t *testing.T, path string) {
	t.Helper()
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
}
