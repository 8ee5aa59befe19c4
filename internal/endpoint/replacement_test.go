//go:build unix

package endpoint

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"
)

func TestDestNewFile(t *testing.T) {
	checkLeaks(t)
	defer unix.Umask(unix.Umask(0o027))
	dir := t.TempDir()
	d := readyDest(t, dir+"/out", nil, DestOptions{})
	if d.Name() != "out" || d.Kind() != KindRegular || d.appending {
		t.Errorf("Name(), Kind(), appending = %q, %v, %v; want out, regular file, false", d.Name(), d.Kind(), d.appending)
	}
	write(t, d, "hel")
	if n, err := d.Write([]byte("lo all")); n != 6 || err != nil {
		t.Errorf("Write() = %d, %v; want 6, nil", n, err)
	}
	if _, err := os.Stat(dir + "/out"); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("Stat(out) before Commit = %v; want %v", err, fs.ErrNotExist)
	}
	commit(t, d)
	if err := d.Abort(); err != nil {
		t.Errorf("Abort() after Commit = %v; want nil", err)
	}
	wantFile(t, dir+"/out", "hello all")
	wantMode(t, dir+"/out", 0o640)
	wantNames(t, dir, "out")
}

func wantMode(t *testing.T, path string, want fs.FileMode) {
	t.Helper()
	info, err := os.Stat(path)
	if err != nil || info.Mode() != want {
		t.Errorf("Stat(%q).Mode() = %v, %v; want %v, nil", path, info.Mode(), err, want)
	}
}

func TestDestReplace(t *testing.T) {
	dir := t.TempDir()
	for _, mode := range []fs.FileMode{0o600, 0o664, 0o755 | fs.ModeSetuid} {
		writeFile(t, dir+"/out", "old contents", mode)
		os.Remove(dir + "/hard")
		os.Link(dir+"/out", dir+"/hard")
		d := readyDest(t, dir+"/out", nil, DestOptions{Fsync: true})
		write(t, d, "new")
		wantFile(t, dir+"/out", "old contents")
		commit(t, d)
		wantFile(t, dir+"/out", "new")
		wantFile(t, dir+"/hard", "old contents")
		wantMode(t, dir+"/out", mode)
		wantNames(t, dir, "hard", "out")
	}
}

func TestDestReplaceKeepsOwner(t *testing.T) {
	if os.Getuid() != 0 {
		t.Skip("only root can give files away")
	}
	dir := t.TempDir()
	writeFile(t, dir+"/out", "old", 0o640)
	os.Chown(dir+"/out", 65534, 1)
	d := readyDest(t, dir+"/out", nil, DestOptions{})
	commit(t, d)
	info, _ := os.Stat(dir + "/out")
	if st := info.Sys().(*syscall.Stat_t); st.Uid != 65534 || st.Gid != 1 {
		t.Errorf("owner after Commit = %d:%d; want 65534:1", st.Uid, st.Gid)
	}
}

func TestDestAbort(t *testing.T) {
	checkLeaks(t)
	dir := t.TempDir()
	writeFile(t, dir+"/old", "old", 0o644)
	for _, name := range []string{"old", "new"} {
		d := readyDest(t, dir+"/"+name, nil, DestOptions{})
		write(t, d, "half")
		for range 2 {
			if err := d.Abort(); err != nil {
				t.Errorf("Abort() = %v; want nil", err)
			}
		}
		if err := d.Commit(t.Context()); err == nil {
			t.Error("Commit() after Abort = nil; want an error")
		}
	}
	wantFile(t, dir+"/old", "old")
	wantNames(t, dir, "old")
}

func TestDestCommitAfterCancel(t *testing.T) {
	dir := t.TempDir()
	d := readyDest(t, dir+"/out", nil, DestOptions{})
	d.Cancel()
	if n, err := d.Write([]byte("x")); n != 0 || err == nil {
		t.Errorf("Write() after Cancel = %d, %v; want 0 and an error", n, err)
	}
	if err := d.Commit(t.Context()); err == nil {
		t.Error("Commit() after Cancel = nil; want an error")
	}
	wantNames(t, dir)
}

func TestDestSymlinks(t *testing.T) {
	dir := t.TempDir()
	os.MkdirAll(dir+"/real/deep", 0o755)
	os.Symlink(dir+"/real/deep", dir+"/short")
	tests := []struct{ link, target, file string }{
		{dir + "/plain", "file1", dir + "/file1"},
		{dir + "/absolute", dir + "/real/file2", dir + "/real/file2"},
		{dir + "/short/up", "../file3", dir + "/real/file3"}, // beside deep, and not beside short
		{dir + "/twice", "plain", dir + "/file1"},
	}
	for _, test := range tests {
		os.Symlink(test.target, test.link)
		for _, contents := range []string{"created", "replaced"} {
			d := readyDest(t, test.link, nil, DestOptions{})
			write(t, d, contents)
			commit(t, d)
			wantFile(t, test.file, contents)
		}
		if target, err := os.Readlink(test.link); target != test.target {
			t.Errorf("Readlink(%q) = %q, %v; want %q", test.link, target, err, test.target)
		}
	}
	wantNames(t, dir, "absolute", "file1", "plain", "real", "short", "twice")
	wantNames(t, dir+"/real", "deep", "file2", "file3")
}

// The file that appears while we copy is not replaced either.
func TestDestNoClobberAtCommit(t *testing.T) {
	for name, rename := range map[string]func(from, to string) error{"renameNew": renameNew, "linkNew": linkNew} {
		t.Run(name, func(t *testing.T) {
			t.Chdir(t.TempDir())
			d := readyDest(t, "out", nil, DestOptions{NoClobber: true})
			write(t, d, "ours")
			writeFile(t, "out", "theirs", 0o644)
			wantError(t, "Commit()", d.Commit(t.Context()), `rename to destination "out": file exists`, "")
			wantFile(t, "out", "theirs")
			wantNames(t, ".", "out")

			writeFile(t, "from", "", 0o644)
			if err := rename("from", "out"); !errors.Is(err, fs.ErrExist) {
				t.Errorf("%s(from, out) = %v; want %v", name, err, fs.ErrExist)
			}
			if err := rename("from", "fresh"); err != nil {
				t.Errorf("%s(from, fresh) = %v; want nil", name, err)
			}
			wantNames(t, ".", "fresh", "out")
		})
	}
	t.Chdir(t.TempDir())
	d := readyDest(t, "out", nil, DestOptions{NoClobber: true})
	write(t, d, "ours")
	commit(t, d)
	wantFile(t, "out", "ours")
	wantNames(t, ".", "out")
}

func TestDestRenameFails(t *testing.T) {
	t.Chdir(t.TempDir())
	d := readyDest(t, "out", nil, DestOptions{})
	os.Mkdir("out", 0o755)
	wantError(t, "Commit()", d.Commit(t.Context()), `rename to destination "out": file exists`, "")
	wantNames(t, ".", "out")
}

func TestDestTemporaryName(t *testing.T) {
	dir := t.TempDir()
	for _, test := range []struct{ name, want string }{
		{"a.img", ".a.img.bpcopy-"},
		{strings.Repeat("n", 255), "." + strings.Repeat("n", 238) + ".bpcopy-"},
		{strings.Repeat("é", 127), "." + strings.Repeat("é", 119) + ".bpcopy-"},
		{"n" + strings.Repeat("é", 127), ".n" + strings.Repeat("é", 118) + ".bpcopy-"},
	} {
		d := openDest(t, filepath.Join(dir, test.name), nil, DestOptions{})
		entries, err := os.ReadDir(dir)
		if err != nil || len(entries) != 1 {
			t.Fatalf("ReadDir() = %v, %v; want one file", entries, err)
		}
		if got := entries[0].Name(); !strings.HasPrefix(got, test.want) || len(got) != len(test.want)+8 {
			t.Errorf("temporary name for %q = %q; want %q and 8 digits", test.name, got, test.want)
		}
		d.Abort()
	}
}
