package endpoint

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
)

// A replacement is a new file that gets its final name when it is complete. So
// the name stands for the old file or for the new one, and never for a half.
// Until then the new file has no name, or a temporary one beside the final one
// if the file system has no files without a name.
type replacement struct {
	label
	folder *folder
	file   *os.File
	final  string      // name in the folder; no symbolic link
	temp   string      // the temporary name, or ""; see published
	old    fs.FileInfo // the old file; nil if the name is free

	noClobber  bool
	fsync      bool
	reversible bool      // publish may have to be undone
	alone      bool      // it is the only destination
	metadata   *metadata // what the file gets; nil to leave it as it was created
	owner      *owner    // the owner that the file must have, or nil
	withTimes  bool
	published  published
}

// openReplacement creates the new file for a landing.
func (d *Dest) openReplacement(at landing, src *Source, opts DestOptions) error {
	r := &replacement{label: d.label, old: at.info, final: filepath.Base(at.path), noClobber: opts.NoClobber, fsync: opts.Fsync}
	access := toPlace
	if opts.Fsync {
		access = toSync
	}
	var err error
	if r.folder, err = openFolder(at.path, access); err != nil {
		return d.fail("open", err)
	}
	d.replacement = r // from now on Abort discards it
	if err := r.examine(at, src); err != nil {
		return err
	}
	perm := privatePerm
	if r.old == nil && !opts.Preserve {
		if perm, err = src.newFilePerm(); err != nil {
			return err
		}
	}
	if err := r.create(perm); err != nil {
		return r.cannotCreate(err)
	}
	d.stream = ownFile{r.file}
	return r.takeOver(at, src, opts)
}

// examine returns an error if the new file cannot take the final name.
func (r *replacement) examine(at landing, src *Source) error {
	if r.old == nil {
		return r.fail("open", refuseInDevices(at.path))
	}
	o := r.folder.replaceable(r.final, r.old)
	if o != nil {
		return r.failHint("open", o.err, o.hint)
	}
	if size, known := r.folder.needs(src); known {
		if o = r.folder.noRoom(size); o != nil {
			return r.failHint("write", o.err, o.hint)
		}
	}
	return nil
}

// cannotCreate returns the error of a new file that cannot be created, with a
// hint.
func (r *replacement) cannotCreate(err error) error {
	hint := ""
	if r.old != nil && (errors.Is(err, fs.ErrPermission) || errors.Is(err, syscall.ENOSPC)) {
		hint = "a file is replaced by renaming a new one, so its folder must be writable; " + inPlaceHint
	}
	if r.old != nil && errors.Is(err, syscall.ENOSPC) {
		hint = noRoomHint
	}
	return r.failHint("open", err, hint)
}

// takeOver gives the new file the metadata of the old one, or of the source
// with DestOptions.Preserve. It does so before the first byte is written. So a
// failure shows early, and nobody ever gets more access to the bytes than
// before.
func (r *replacement) takeOver(at landing, src *Source, opts DestOptions) (err error) {
	if r.old != nil {
		r.owner = new(ownerOf(r.old))
	}
	switch {
	case opts.Preserve:
		r.withTimes = true
		if r.metadata, err = src.metadata(); err == nil && isRoot() {
			r.owner = &r.metadata.owner
		}
	case r.old != nil:
		if r.metadata, err = metadataOf(r.old, byPath(at.path)); err == nil {
			r.metadata.attributes = unbound(r.metadata.attributes)
		}
	default:
		return nil
	}
	if err == nil {
		if bad := r.metadata.give(r.file, r.owner); bad != nil {
			err = bad
		}
	}
	return r.metadataFailed(err)
}

// metadataFailed returns err as an error of the destination, with a hint.
func (r *replacement) metadataFailed(err error) error {
	bad, ok := errors.AsType[*metadataError](err)
	if !ok {
		return r.fail("open", err)
	}
	hint := ""
	if r.old != nil {
		hint = "the new file must have it, too; " + inPlaceHint
	}
	return r.failHint("set the "+bad.what+" of", bad.err, hint)
}

// prepare does everything that can fail before the new file gets its name.
func (r *replacement) prepare() error {
	if m := r.metadata; m != nil {
		if bad := m.giveAgain(r.file); bad != nil {
			return r.metadataFailed(bad)
		}
		if r.withTimes {
			if err := m.giveTimes(r.file, r.folder.path+r.temp); err != nil {
				return r.fail("set the times of", err)
			}
		}
	}
	if r.fsync {
		if err := r.file.Sync(); err != nil {
			return r.fail("sync", err)
		}
	}
	if r.temp != "" {
		return r.fail("close", r.file.Close())
	}
	return r.fail("close", flush(r.file)) // publish needs the open file to name it
}

// discard removes a new file that is not published, and closes the folder.
func (r *replacement) discard() error {
	var err error
	if r.published == hidden && r.temp != "" {
		if err = r.folder.remove(r.temp); errors.Is(err, fs.ErrNotExist) {
			err = nil
		}
	}
	return errors.Join(r.fail("remove the temporary file of", err), r.fail("close the folder of", r.folder.close()))
}
