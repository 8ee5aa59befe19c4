package endpoint

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
)

// openPath opens what a path leads to. A regular file is replaced by a new
// file, and anything else is written in place.
func (d *Dest) openPath(path string, src *Source, opts DestOptions) error {
	at, err := d.landAt(path, src)
	if err != nil {
		return err
	}
	if at.descriptor != noDescriptor {
		return d.openDescriptor(at, src, opts)
	}
	d.name = filepath.Base(at.path)
	if at.info != nil {
		if err := d.examine(at, src, opts); err != nil {
			return err
		}
	}
	switch {
	case d.kind != KindRegular:
		return d.openSpecial(at, opts)
	case opts.Append:
		return d.openInPlace(at, os.O_APPEND|os.O_CREATE, src, opts)
	case at.info != nil && (opts.InPlace || inPseudoFileSystem(at.path)):
		return d.openInPlace(at, 0, src, opts)
	case at.opened:
		return d.failHint("open", errOpened, "--append adds to it, --in-place writes it from its start")
	default:
		return d.openReplacement(at, src, opts)
	}
}

// errOpened is for a name in /proc. To replace the file that it leads to would take
// that away from the process that has it open.
var errOpened = errors.New("is what another process has open, and cannot be replaced")

// landAt returns where path leads. If that is a folder, it is a file in the
// folder, and the destination's operand becomes that file.
func (d *Dest) landAt(path string, src *Source) (landing, error) {
	at, err := land(path, src.base)
	if dangling, ok := errors.AsType[*danglingError](err); ok {
		return at, d.failHint("open", err, dangling.advice())
	}
	if err != nil {
		return at, d.fail("open", err)
	}
	if info, err := os.Stat(path); err != nil || !info.IsDir() {
		return at, nil
	}
	if src.base == "" {
		return at, d.failHint("open", syscall.EISDIR, "the source has no name to give to the file: write "+quote(within(path, "NAME")))
	}
	d.operand = within(path, src.base)
	return at, nil
}

// examine notes the kind of an existing file, and returns an error if it must
// not be written.
func (d *Dest) examine(at landing, src *Source, opts DestOptions) error {
	switch mode := at.info.Mode(); {
	case mode.IsDir():
		return d.fail("open", syscall.EISDIR)
	case mode&fs.ModeSocket != 0:
		return d.failHint("open", errIsSocket, connectHint(at.path))
	default:
		d.kind = kindOf(mode)
	}
	if err := d.refuseSame(src, at.info); err != nil {
		return err
	}
	if opts.NoClobber {
		return d.fail("open", syscall.EEXIST)
	}
	return nil
}

// openSpecial opens a device, or prepares to open a FIFO.
func (d *Dest) openSpecial(at landing, opts DestOptions) error {
	ending := &fileEnding{label: d.label}
	d.ending = ending
	if d.kind == KindPipe {
		d.isConsumer = true
		d.waiter = newFIFOWriter(d.label, at.path, opts.AcceptTimeout)
		return nil
	}
	file, err := os.OpenFile(at.path, os.O_WRONLY|openNoCTTY, 0)
	if err != nil {
		return d.fail("open", err)
	}
	if opts.Fsync && d.kind == KindBlockDevice {
		ending.synced = file
	}
	d.stream = ownFile{file}
	return nil
}

// openInPlace opens a regular file, to overwrite it or to append.
func (d *Dest) openInPlace(at landing, flags int, src *Source, opts DestOptions) error {
	if at.info == nil {
		if err := refuseInDevices(at.path); err != nil {
			return d.fail("open", err)
		}
	}
	perm, err := src.newFilePerm()
	if err != nil {
		return err
	}
	file, err := os.OpenFile(at.path, os.O_WRONLY|openNoCTTY|flags, perm)
	if err != nil {
		return d.fail("open", err)
	}
	d.stream, d.appending = ownFile{file}, flags&os.O_APPEND != 0
	ending := &inPlaceEnding{file: file, path: at.path, cut: !d.appending && opts.Seek == nil && !inPseudoFileSystem(at.path)}
	ending.label = d.label
	d.ending = ending
	if opts.Fsync && !inPseudoFileSystem(at.path) { // there is nothing to sync in what the kernel makes up
		ending.synced = file
	}
	if opts.Preserve {
		if ending.metadata, err = src.metadata(); err != nil {
			return d.fail("read the metadata for", err)
		}
	}
	return nil
}

// fileEnding completes a destination that is written in place. With nothing but
// a label it does nothing.
type fileEnding struct {
	label
	synced *os.File // the file to sync, or nil
}

func (e *fileEnding) finish(context.Context, stream) error {
	if e.synced == nil {
		return nil
	}
	return e.fail("sync", e.synced.Sync())
}

// inPlaceEnding completes a regular file that was written in place.
type inPlaceEnding struct {
	fileEnding
	file     *os.File
	path     string
	cut      bool      // cut off what is left of longer old contents
	metadata *metadata // what the file gets; nil to leave it as it is
}

func (e *inPlaceEnding) finish(ctx context.Context, s stream) error {
	if e.cut {
		end, err := e.file.Seek(0, io.SeekCurrent)
		if err == nil {
			err = e.file.Truncate(end)
		}
		if err != nil {
			return e.fail("cut off what is left of", err)
		}
	}
	if m := e.metadata; m != nil {
		var to *owner
		if isRoot() {
			to = &m.owner
		}
		if bad := m.give(e.file, to); bad != nil {
			return e.fail("set the "+bad.what+" of", bad.err)
		}
		if err := m.giveTimes(e.file, e.path); err != nil {
			return e.fail("set the times of", err)
		}
	}
	return e.fileEnding.finish(ctx, s)
}
