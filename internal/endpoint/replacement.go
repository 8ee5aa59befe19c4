package endpoint

import (
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"syscall"
	"unicode/utf8"
)

// A replacement is written beside the final name and renamed to it when complete, so that the name stands for the old
// file or the new one and never for half of it.
type replacement struct {
	*fileEnding        // of the temporary file
	final       string // no symbolic link
	noClobber   bool
	renamed     bool
}

// openReplacement creates the temporary file. old is nil if there is no file yet.
func (d *Dest) openReplacement(ending *fileEnding, old fs.FileInfo, noClobber bool) error {
	final, err := resolveLinks(ending.path)
	if err != nil {
		return d.fail("open", err)
	}
	perm := fs.FileMode(0o666)
	if old != nil {
		if err := checkWritable(final, old); err != nil {
			return d.fail("open", err)
		}
		ending.owner = old
		if ending.mode == nil {
			ending.mode = old
		}
	}
	if ending.mode != nil {
		perm = 0o600 // until it gets the mode it is to have, which may be as narrow
	}
	file, err := createTemp(final, perm)
	if err != nil {
		hint := ""
		if old != nil {
			hint = "a file is replaced by renaming a new one, so its folder must be writable"
		}
		return d.failHint("open", err, hint)
	}
	ending.path = file.Name()
	d.ending = &replacement{fileEnding: ending, final: final, noClobber: noClobber}
	d.stream = ownFile{file}
	return nil
}

// checkWritable returns why we may not write to the file, which a rename would not care about.
func checkWritable(path string, old fs.FileInfo) error {
	file, err := os.OpenFile(path, os.O_WRONLY, 0)
	if err != nil {
		return err
	}
	defer file.Close()
	info, err := file.Stat()
	if err == nil && !os.SameFile(info, old) { // such as /dev/stdout for a file without a name
		err = errors.New("cannot be replaced: its name stands for another file")
	}
	return err
}

// maxLinks is how many symbolic links Linux follows before it calls them a loop.
const maxLinks = 40

// resolveLinks follows the symbolic links at the end of path, the last of which may lead to a file yet to be created.
func resolveLinks(path string) (string, error) {
	for range maxLinks {
		info, err := os.Lstat(path)
		if err != nil || info.Mode()&fs.ModeSymlink == 0 {
			return path, nil
		}
		target, err := os.Readlink(path)
		if err != nil {
			return "", err
		}
		if !filepath.IsAbs(target) {
			target = folder(path) + target
		}
		path = target
	}
	return "", syscall.ELOOP
}

// maxNameBytes is NAME_MAX nearly everywhere.
const maxNameBytes = 255

// createTemp creates a new file beside path, hidden and named after it, so that a human who finds one after a crash knows
// what it was.
func createTemp(path string, perm fs.FileMode) (*os.File, error) {
	const tries = 100
	for try := 1; ; try++ {
		suffix := fmt.Sprintf(".bpcopy-%08x", rand.Uint32())
		base := truncate(filepath.Base(path), maxNameBytes-len(".")-len(suffix))
		file, err := os.OpenFile(folder(path)+"."+base+suffix, os.O_WRONLY|os.O_CREATE|os.O_EXCL, perm)
		if !errors.Is(err, fs.ErrExist) || try == tries {
			return file, err
		}
	}
}

// truncate cuts s to at most limit bytes, not within a character.
func truncate(s string, limit int) string {
	if len(s) <= limit {
		return s
	}
	for limit > 0 && !utf8.RuneStart(s[limit]) {
		limit--
	}
	return s[:limit]
}

func (r *replacement) publish() error {
	if err := r.setTimes(); err != nil {
		return err
	}
	rename := os.Rename
	if r.noClobber {
		rename = renameNew
	}
	if err := rename(r.path, r.final); err != nil {
		return r.fail("rename to", err)
	}
	r.renamed = true
	return r.syncFolder(r.final)
}

func (r *replacement) discard() error {
	if r.renamed {
		return nil
	}
	err := os.Remove(r.path)
	if errors.Is(err, fs.ErrNotExist) {
		err = nil
	}
	return r.fail("remove the temporary file of", err)
}
