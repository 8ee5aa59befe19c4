package endpoint

import (
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"unicode/utf8"
)

// privatePerm is for a file that is yet to get the mode that it is to have.
const privatePerm fs.FileMode = 0o600

// create creates the new file, without a name if possible: then nothing is left of
// it, however the program ends.
func (r *replacement) create(perm fs.FileMode) (err error) {
	if r.file, err = r.folder.createUnnamed(perm); err == nil {
		return nil
	}
	return r.createNamed(perm)
}

func (r *replacement) createNamed(perm fs.FileMode) error {
	return r.tryNames(func(name string) (err error) {
		r.file, err = r.folder.create(name, perm)
		return err
	})
}

// maxNameBytes is NAME_MAX nearly everywhere.
const maxNameBytes = 255

// tryNames calls take with names that are likely to be free until one is, and notes
// that one. They are hidden and tell what the file is for, for whoever finds one after
// a crash.
func (r *replacement) tryNames(take func(name string) error) error {
	const tries = 100
	for try := 1; ; try++ {
		suffix := fmt.Sprintf(".bpcopy-%08x", rand.Uint32())
		name := "." + truncate(r.final, maxNameBytes-len(".")-len(suffix)) + suffix
		err := take(name)
		if err == nil {
			r.temp = name
		}
		if !errors.Is(err, fs.ErrExist) || try == tries {
			return err
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
