package endpoint

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
)

// A replacement is a new file that gets its name when it is complete, so that the
// name stands for the old file or for the new one, and never for half of it. Until
// then it has no name where the file system knows of such files, and elsewhere one
// beside the final one.
type replacement struct {
	label
	folder *folder
	file   *os.File
	final  string      // name in the folder; no symbolic link
	temp   string      // the other name; "" while there is none
	old    fs.FileInfo // what is to be replaced; nil where the name is free

	noClobber  bool
	fsync      bool
	reversible bool      // publish may have to be taken back
	alone      bool      // no other destination depends on it
	metadata   *metadata // for the file; nil to leave it as it was created
	owner      *owner    // whom it must belong to, or nil
	withTimes  bool
	published  published
}

// openReplacement creates the file that is to take the place of what is at the
// landing, if anything is.
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
	d.replacement = r // to be discarded from now on, whatever happens
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

// examine finds out what is in the way of the new file.
func (r *replacement) examine(at landing, src *Source) error {
	if r.old == nil {
		return r.fail("open", refuseInDevices(at.path))
	}
	o := r.folder.replaceable(r.final, r.old)
	if o != nil {
		return r.failHint("open", o.err, o.hint)
	}
	if size, known := src.Size(); known {
		if o = r.folder.noRoom(size); o != nil {
			return r.failHint("write", o.err, o.hint)
		}
	}
	return nil
}

// cannotCreate says why there can be no new file, and what helps with that.
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

// takeOver gives the new file what it is to have of the old one, or of the source,
// before any byte: what cannot be had is known then, and nobody gets more access
// than there was.
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

// metadataFailed tells err with what helps.
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

// prepare does everything that can fail before the file gets its name.
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
	return r.fail("close", flush(r.file)) // it stays open: it has to get a name
}

// discard leaves nothing behind of a file that is not published, and lets the folder
// go in any case.
func (r *replacement) discard() error {
	var err error
	if r.published == hidden && r.temp != "" {
		if err = r.folder.remove(r.temp); errors.Is(err, fs.ErrNotExist) {
			err = nil
		}
	}
	return errors.Join(r.fail("remove the temporary file of", err), r.fail("close the folder of", r.folder.close()))
}
