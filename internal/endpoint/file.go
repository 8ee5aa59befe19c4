package endpoint

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
	"time"
)

// openPath opens a path: a regular file is written under another name first, anything else in place.
func (d *Dest) openPath(path string, src *Source, opts DestOptions) error {
	path, err := d.inDirectory(path, src)
	if err != nil {
		return err
	}
	d.name = filepath.Base(path)
	info, err := d.examine(path, src, opts.NoClobber)
	if err != nil {
		return err
	}
	ending := fileEnding{label: d.label, path: path, fsync: opts.Fsync}
	if opts.Preserve {
		if err := ending.preserve(src); err != nil {
			return err
		}
	}
	switch {
	case d.kind != KindRegular:
		return d.openSpecial(&ending, opts)
	case opts.Append:
		return d.openAppend(&ending)
	default:
		return d.openReplacement(&ending, info, opts.NoClobber)
	}
}

// examine returns what is at path, nil if that is free, or why it must not be written.
func (d *Dest) examine(path string, src *Source, noClobber bool) (fs.FileInfo, error) {
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist) && !os.IsPathSeparator(path[len(path)-1]):
		return nil, nil
	case err != nil:
		return nil, d.fail("open", err)
	case info.IsDir():
		return nil, d.fail("open", syscall.EISDIR)
	case info.Mode()&fs.ModeSocket != 0:
		return nil, d.failHint("open", errIsSocket, connectHint(path))
	}
	d.kind = kindOf(info.Mode())
	if err := d.refuseSame(src, info); err != nil {
		return nil, err
	}
	if noClobber {
		return nil, d.fail("open", syscall.EEXIST)
	}
	return info, nil
}

// inDirectory returns the path of the file if path is the directory to put it in, as its name is the source's.
func (d *Dest) inDirectory(path string, src *Source) (string, error) {
	info, err := os.Stat(path)
	if err != nil || !info.IsDir() {
		return path, nil
	}
	if src.base == "" {
		return "", d.failHint("open", syscall.EISDIR,
			fmt.Sprintf("the source has no name to give to the file: write %q", filepath.Join(path, "NAME")))
	}
	if !os.IsPathSeparator(path[len(path)-1]) {
		path += string(filepath.Separator)
	}
	path += src.base // not joined: that would take ".." for the parent of the name and not of the directory
	d.operand = path
	return path, nil
}

// openSpecial opens a device, or prepares to open a FIFO.
func (d *Dest) openSpecial(ending *fileEnding, opts DestOptions) error {
	if opts.Preserve {
		return senseless("--preserve", d.operand)
	}
	if opts.Fsync && d.kind != KindBlockDevice {
		return senseless("--fsync", d.operand)
	}
	d.ending = ending
	if d.kind == KindPipe {
		d.isConsumer = true
		d.waiter = newFIFOWriter(d.label, ending.path, opts.AcceptTimeout)
		return nil
	}
	file, err := os.OpenFile(ending.path, os.O_WRONLY|openNoCTTY, 0)
	if err != nil {
		return d.fail("open", err)
	}
	d.stream = ownFile{file}
	return nil
}

// openAppend opens a regular file, perhaps a new one, to add to it.
func (d *Dest) openAppend(ending *fileEnding) error {
	file, err := os.OpenFile(ending.path, os.O_WRONLY|os.O_APPEND|os.O_CREATE, 0o666)
	if err != nil {
		return d.fail("open", err)
	}
	d.ending, d.stream, d.appending = ending, ownFile{file}, true
	return nil
}

// A fileEnding ends a file that is written under its own name, and is the part that all files have in common. Its zero
// value, with a label, does nothing.
type fileEnding struct {
	label
	path     string      // where the bytes are
	owner    fs.FileInfo // whose owner to take, or nil
	mode     fs.FileInfo // whose mode to take, or nil
	accessed time.Time   // zero: leave as it is
	modified time.Time
	fsync    bool
}

// preserve takes over what --preserve keeps of the source.
func (e *fileEnding) preserve(src *Source) error {
	if src.info == nil || src.kind != KindRegular {
		return &UsageError{text: fmt.Sprintf("--preserve needs a regular file as source, not %q", src.operand)}
	}
	e.mode, e.accessed, e.modified = src.info, src.accessed, src.info.ModTime()
	return nil
}

func (e *fileEnding) finish(_ context.Context, s stream) error {
	if e.owner == nil && e.mode == nil && !e.fsync {
		return nil
	}
	file := s.(ownFile).File
	if e.owner != nil {
		giveTo(file, e.owner)
	}
	if e.mode != nil {
		if err := e.setMode(file); err != nil {
			return e.fail("set the mode of", err)
		}
	}
	if e.fsync {
		return e.fail("sync", file.Sync())
	}
	return nil
}

// setMode gives file the mode of e.mode. The bits that let others act as the file's owner stay only with that owner.
func (e *fileEnding) setMode(file *os.File) error {
	info, err := file.Stat()
	if err != nil {
		return err
	}
	mode := e.mode.Mode().Perm()
	if sameOwner(info, e.mode) {
		mode |= e.mode.Mode() & (fs.ModeSetuid | fs.ModeSetgid | fs.ModeSticky)
	}
	return file.Chmod(mode)
}

func (e *fileEnding) publish() error {
	if err := e.setTimes(); err != nil {
		return err
	}
	return e.syncFolder(e.path)
}

// setTimes comes after close: some systems set the time of the last write only then.
func (e *fileEnding) setTimes() error {
	if e.modified.IsZero() {
		return nil
	}
	return e.fail("set the times of", os.Chtimes(e.path, e.accessed, e.modified))
}

func (e *fileEnding) syncFolder(path string) error {
	if !e.fsync {
		return nil
	}
	return e.fail("sync the folder of", syncDir(folder(path)))
}

func (e *fileEnding) discard() error { return nil }

// folder is what comes before the last name of path, ready to put another name there. It does not clean the path, which
// would resolve ".." without looking at symbolic links.
func folder(path string) string {
	dir, _ := filepath.Split(path)
	if dir == "" {
		return "." + string(filepath.Separator)
	}
	return dir
}
