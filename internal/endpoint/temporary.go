package endpoint

import (
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"unicode/utf8"
)

// privatePerm is the mode of a new file before it gets its final mode.
const privatePerm fs.FileMode = 0o600

// create creates the new file, without a name if possible. A file without a
// name vanishes however the program ends.
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

// tryNames calls take with random names until one is free, and notes that name.
// The names are hidden, and tell whoever finds one after a crash what the file
// was for.
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

// truncate cuts s to at most limit bytes, between two characters.
func truncate(s string, limit int) string {
	if len(s) <= limit {
		return s
	}
	for limit > 0 && !utf8.RuneStart(s[limit]) {
		limit--
	}
	return s[:limit]
}
