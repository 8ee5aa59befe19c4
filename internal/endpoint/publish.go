package endpoint

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"syscall"
)

// published says how far a replacement has got its final name.
type published int

const (
	hidden    published = iota // not yet; temp, if not "", is the new file's name
	placed                     // it has the final name, which was free
	exchanged                  // it has the final name; temp is the old file's name
	settled                    // it has the final name, and the old file is gone
)

// publish gives the new file its name. If that fails, the old file keeps it.
func (r *replacement) publish() error {
	if err := r.putInPlace(); err != nil {
		return r.fail("rename to", err)
	}
	if !r.fsync {
		return nil
	}
	if err := r.folder.sync(); err != nil {
		return errors.Join(r.fail("sync the folder of", err), r.revoke())
	}
	return nil
}

// putInPlace gives the new file the final name, whether that is free or not.
func (r *replacement) putInPlace() error {
	if r.old == nil {
		err := r.takeFree()
		if err == nil {
			r.published, r.temp = placed, ""
			return nil
		}
		if r.noClobber || !errors.Is(err, fs.ErrExist) {
			return err
		}
	}
	if err := r.takeName(); err != nil {
		return err
	}
	if r.reversible {
		return r.exchange()
	}
	if err := r.folder.rename(r.temp, r.final); err != nil {
		return err
	}
	r.published, r.temp = settled, ""
	return nil
}

// takeFree gives the new file the final name if that is free. It tries several
// ways, because each may be refused by some file system or sandbox.
func (r *replacement) takeFree() error {
	if r.temp == "" {
		err := r.folder.give(r.file, r.final)
		if err == nil || errors.Is(err, fs.ErrExist) {
			return err
		}
		if err := r.takeName(); err != nil {
			return err
		}
	}
	err := r.folder.renameFree(r.temp, r.final)
	if err == nil || errors.Is(err, fs.ErrExist) {
		return err
	}
	if err = r.folder.link(r.temp, r.final); err == nil {
		return r.folder.remove(r.temp)
	}
	if errors.Is(err, fs.ErrExist) {
		return err
	}
	return r.takeByEmptyFile()
}

// takeByEmptyFile makes an empty file with the final name, and renames the new
// file over it. That works on every system.
func (r *replacement) takeByEmptyFile() error {
	empty, err := r.folder.create(r.final, privatePerm)
	if err != nil {
		return err
	}
	if err = cmp.Or(empty.Close(), r.folder.rename(r.temp, r.final)); err != nil {
		_ = r.folder.remove(r.final) // the first error says more
	}
	return err
}

// takeName gives the new file a name of its own beside the final one.
func (r *replacement) takeName() error {
	if r.temp != "" {
		return nil
	}
	err := r.tryNames(func(name string) error { return r.folder.give(r.file, name) })
	if err != nil {
		err = r.copyToNamed() // a sandbox that refuses to name a file may allow to create one
	}
	return err
}

// copyToNamed copies the new file, which has no name, to a file that has one.
func (r *replacement) copyToNamed() error {
	unnamed := r.file
	defer unnamed.Close()
	info, err := unnamed.Stat()
	if err != nil {
		return err
	}
	if err := r.createNamed(privatePerm); err != nil {
		return err
	}
	defer r.file.Close()
	if _, err := io.Copy(r.file, io.NewSectionReader(unnamed, 0, info.Size())); err != nil {
		return err
	}
	if r.metadata == nil {
		err = r.file.Chmod(info.Mode())
	} else if bad := r.metadata.give(r.file, r.owner); bad != nil {
		err = bad
	}
	return cmp.Or(err, r.prepare())
}

// exchange gives the new file the final name. The old file stays beside it.
func (r *replacement) exchange() error {
	if err := r.folder.exchange(r.temp, r.final); err == nil {
		r.published = exchanged
		if r.folder.isFolder(r.temp) { // a folder got the final name meanwhile; rename(2) would not replace it
			r.published = hidden
			return cmp.Or(r.folder.exchange(r.temp, r.final), error(syscall.EISDIR))
		}
		return nil
	}
	// Not every file system can exchange names in one step.
	fresh := r.temp
	if err := r.tryNames(r.linkAside); err != nil {
		return r.replaceUnlinked(fresh)
	}
	aside := r.temp
	if err := r.folder.rename(fresh, r.final); err != nil {
		r.temp = fresh
		return errors.Join(err, r.folder.remove(aside))
	}
	r.published = exchanged
	return nil
}

// linkAside gives the old file a second name.
func (r *replacement) linkAside(name string) error { return r.folder.link(r.final, name) }

// renameAside gives the old file another name.
func (r *replacement) renameAside(name string) error { return r.folder.rename(r.final, name) }

// replaceUnlinked renames the new file from fresh to the final name, on a file
// system where a file has only one name. A single destination replaces the old
// file at once. That cannot be taken back, but the final name always stands for
// a complete file. With several destinations the old file first gets another
// name.
func (r *replacement) replaceUnlinked(fresh string) error {
	if r.alone {
		err := r.folder.rename(fresh, r.final)
		if err == nil {
			r.published, r.temp = settled, ""
		}
		return err
	}
	if err := r.tryNames(r.renameAside); err != nil {
		return err
	}
	if err := r.folder.rename(fresh, r.final); err != nil {
		aside := r.temp
		r.temp = fresh
		return errors.Join(err, r.putBack(aside))
	}
	r.published = exchanged
	return nil
}

// putBack gives the old file the final name back.
func (r *replacement) putBack(aside string) error {
	err := r.folder.rename(aside, r.final)
	if err != nil {
		return r.fail("restore", fmt.Errorf("%w; the old file is now %q", err, r.folder.path+aside))
	}
	return nil
}

// revoke undoes publish.
func (r *replacement) revoke() error {
	was := r.published
	r.published = hidden
	switch was {
	case placed:
		return r.fail("remove", r.folder.remove(r.final))
	case exchanged:
		aside := r.temp
		r.temp = ""
		return r.putBack(aside)
	}
	return nil
}

// settle removes the old file. After that publish cannot be undone.
func (r *replacement) settle() error {
	if r.published == exchanged {
		err := r.folder.remove(r.temp)
		if err != nil {
			err = r.folder.remove(r.temp) // a second try, because the new file is complete
		}
		if err != nil {
			return r.fail("remove the old file of", err)
		}
	}
	r.published, r.temp = settled, ""
	return nil
}
