package integration

import (
	"bytes"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"golang.org/x/sys/unix"
)

// mounted mounts a file system for the test, or skips it.
func mounted(t *testing.T, kind, what, options string) string {
	t.Helper()
	dir := t.TempDir()
	if out, err := exec.CommandContext(t.Context(), "mount", "-t", kind, "-o", options, what, dir).CombinedOutput(); err != nil {
		t.Skipf("mount: %v: %s", err, out)
	}
	t.Cleanup(func() {
		if err := unix.Unmount(dir, unix.MNT_DETACH); err != nil {
			t.Error(err)
		}
	})
	return dir
}

// mountedXFS mounts an XFS, on which files share blocks.
func mountedXFS(t *testing.T) string {
	t.Helper()
	image := filepath.Join(t.TempDir(), "image")
	file, err := os.Create(image)
	if err == nil {
		err = file.Truncate(512 << 20)
		file.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
	if out, err := exec.CommandContext(t.Context(), "mkfs.xfs", "-q", image).CombinedOutput(); err != nil {
		t.Skipf("mkfs.xfs: %v: %s", err, out)
	}
	return mounted(t, "xfs", image, "loop")
}

// A file that shares blocks with its source is as long as the copy, however short that
// is, and takes no room.
func TestSharedBlocks(t *testing.T) {
	dir := mountedXFS(t)
	path := func(name string) string { return filepath.Join(dir, name) }
	content := make([]byte, 9<<20+1234)
	random := rand.NewChaCha8([32]byte{})
	random.Read(content)
	if err := os.WriteFile(path("src"), content, 0o600); err != nil {
		t.Fatal(err)
	}
	elsewhere := filepath.Join(t.TempDir(), "elsewhere")
	for _, tt := range []struct {
		args   []string
		length int
	}{
		{nil, len(content)},
		{[]string{"-c", "1000"}, len(content)},
		{[]string{"-S", "1000"}, 1000},
		{[]string{"-S", "4097"}, 4097},
		{[]string{"-S", "5000001"}, 5_000_001},
		{[]string{"--producer", "unlimited for 1000B; close"}, 1000},
		{[]string{"--producer", "unlimited for 5000001B; close"}, 5_000_001},
	} {
		for _, more := range [][]string{nil, {path("dst2")}, {elsewhere}} {
			args := append(append([]string{"-q", "--replace"}, tt.args...), path("src"), path("dst"))
			p := bpcopy(t, append(args, more...)...)
			if status := p.end(); status != 0 {
				t.Fatalf("bpcopy %q: status %d, %s", args, status, p.stderr.String())
			}
			for _, dst := range append([]string{path("dst")}, more...) {
				if got, err := os.ReadFile(dst); err != nil || !bytes.Equal(got, content[:tt.length]) {
					t.Errorf("bpcopy %q: %s has %d bytes, or others, %v; want %d", args, dst, len(got), err, tt.length)
				}
			}
		}
	}
	free := func() uint64 {
		var fs unix.Statfs_t
		if err := unix.Statfs(dir, &fs); err != nil {
			t.Fatal(err)
		}
		return fs.Bfree * uint64(fs.Bsize)
	}
	if *conduit != "" {
		return
	}
	unix.Sync()
	before := free()
	if status := bpcopy(t, "-q", path("src"), path("third")).end(); status != 0 {
		t.Fatalf("status %d", status)
	}
	unix.Sync()
	if used := int64(before - free()); used > int64(len(content))/4 {
		t.Errorf("a copy of %d bytes took %d bytes of the file system", len(content), used)
	}
}

// With --keep-going, what fails when all seems done leaves no file under its name.
func TestFailureOfTheLastBlock(t *testing.T) {
	dir := mounted(t, "tmpfs", "bpcopy", "size=76k")
	src := filepath.Join(t.TempDir(), "src")
	holeyFile(t, src, 1<<20+100, 0, 10_000, 20_000, 1<<20-9_900) // 76 KiB do not hold two of these
	a, b := filepath.Join(dir, "a"), filepath.Join(dir, "b")
	p := bpcopy(t, "-q", "--keep-going", src, a, b)
	if status := p.end(); status != 1 {
		t.Errorf("status %d, %s; want 1", status, p.stderr.String())
	}
	want, err := os.ReadFile(src)
	if err != nil {
		t.Fatal(err)
	}
	for _, dst := range []string{a, b} {
		if got, err := os.ReadFile(dst); err == nil && !bytes.Equal(got, want) {
			t.Errorf("%s is there with %d of %d bytes, or others", dst, len(got), len(want))
		}
	}
}
