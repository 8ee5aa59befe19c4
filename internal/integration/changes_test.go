//go:build unix

package integration

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// TestSourceChanges: a file that is cut while it is copied is not taken for a good
// copy of anything. One that is added to is copied to its end.
func TestSourceChanges(t *testing.T) {
	const size = 10 << 20
	shrink := func(path string) error { return os.Truncate(path, 4096) }
	grow := func(path string) error {
		file, err := os.OpenFile(path, os.O_WRONLY|os.O_APPEND, 0)
		if err == nil {
			_, err = file.WriteString("more")
			file.Close()
		}
		return err
	}
	const shrank = `read source %q: file shrank from 10485760 to 4096 bytes while being copied`
	const ended = `read source %q: ended after 10485764 of 11534336 bytes`
	for _, tt := range []struct {
		name   string
		change func(path string) error
		flags  []string
		want   string // "" if the change does not matter
	}{
		{"shrinks", shrink, nil, shrank},
		{"shrinks in memory", shrink, []string{"--conduit=memory"}, shrank},
		{"shrinks below where to stop", shrink, []string{"--stop-at=9M"}, shrank},
		{"shrinks above where to stop", func(path string) error { return os.Truncate(path, 9<<20) }, []string{"--stop-at=9M"}, ""},
		{"grows", grow, nil, ""},
		{"grows in memory", grow, []string{"--conduit=memory"}, ""},
		{"grows beyond where to stop", grow, []string{"--stop-at=10M"}, ""},
		{"grows before where to stop", grow, []string{"--stop-at=11M"}, ended},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			src := newSample(t, t.TempDir(), "src", size)
			dir := folder(t, map[string]string{"dst": "old"})
			// Slow at first: that is when it changes. Then there is no hurry any more.
			p := bpcopy(t, append(tt.flags, "--rate=32MiB", src.path, "dst")...)
			p.Dir = dir
			p.start()
			p.untilTemporaryHas(dir, 1)
			if err := tt.change(src.path); err != nil {
				t.Fatal(err)
			}
			if tt.want == "" {
				p.want(0, "")
				wantGrown(t, src.path, filepath.Join(dir, "dst"), tt.flags)
				return
			}
			p.want(1, fmt.Sprintf(tt.want, src.path))
			wantFolder(t, dir, map[string]string{"dst": "old"})
		})
	}
}

// wantGrown wants the copy of a file as it is at the end, or as far as was asked for.
func wantGrown(t *testing.T, src, dst string, flags []string) {
	t.Helper()
	want, err := os.ReadFile(src)
	if err != nil {
		t.Fatal(err)
	}
	switch fmt.Sprint(flags) {
	case "[--stop-at=9M]":
		want = want[:9<<20]
	case "[--stop-at=10M]":
		want = want[:10<<20]
	}
	if got, err := os.ReadFile(dst); err != nil || !bytes.Equal(got, want) {
		t.Errorf("dst has %d bytes, %v; want the %d of src", len(got), err, len(want))
	}
}

// untilTemporaryHas waits until so many bytes are in the new file, which the program
// has open in the folder, by a name that is not its final one or by none.
func (p *program) untilTemporaryHas(dir string, bytes int64) {
	p.t.Helper()
	p.until(fmt.Sprintf("%d bytes are written in %s", bytes, dir), func() bool {
		unnamed, _ := filepath.Glob(fmt.Sprintf("/proc/%d/fd/*", p.Process.Pid))
		unnamed = slices.DeleteFunc(unnamed, func(fd string) bool {
			target, _ := os.Readlink(fd)
			return !strings.HasPrefix(target, dir+"/#") // as the kernel calls them
		})
		named, _ := filepath.Glob(filepath.Join(dir, ".*.bpcopy-*"))
		return slices.ContainsFunc(append(unnamed, named...), func(path string) bool {
			info, err := os.Stat(path)
			return err == nil && info.Size() >= bytes
		})
	})
}
