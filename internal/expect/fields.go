package expect

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"sync"

	"bpcopy/internal/nearest"
)

// Field is one that conditions may be about.
type Field struct {
	Path  string
	Kind  Kind
	Words []string // of a text, all values that it can have; none if it can have any
	// Optional says that the field is null where the object leaves it out. Any
	// other number or truth value is zero or false then.
	Optional bool
}

// Fields are those that conditions may be about.
type Fields struct {
	paths  []string // in the order of the object
	byPath map[string]Field
}

// NewFields takes the fields in the order in which messages are to name them.
func NewFields(all []Field) Fields {
	f := Fields{byPath: make(map[string]Field)}
	for _, field := range all {
		f.paths = append(f.paths, field.Path)
		f.byPath[field.Path] = field
	}
	return f
}

// Paths are those of all fields, in their order.
func (f Fields) Paths() []string { return slices.Clone(f.paths) }

// Kind returns what the field at path holds.
func (f Fields) Kind(path string) Kind { return f.byPath[path].Kind }

// Operators are those that may follow the field at path; none where there is
// none.
func (f Fields) Operators(path string) []string {
	switch field, ok := f.byPath[path]; {
	case !ok:
		return nil
	case field.Kind.numeric():
		return []string{"=", "!=", "<", "<=", ">", ">=", "in"}
	}
	return []string{"=", "!="}
}

// index is the position in a list as a path has it. It is compiled when it is
// asked for, since most copies have no conditions.
var index = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`\[[^\]]*\]`) })

// unknown says why there is no field at path, and what there is.
func (f Fields) unknown(path string) error {
	if path == "" {
		return fmt.Errorf("want a field: %s", list(f.paths))
	}
	if at := index().FindStringIndex(path); at != nil {
		last := -1
		for f.has(fmt.Sprintf("%s[%d]%s", path[:at[0]], last+1, path[at[1]:])) {
			last++
		}
		if last >= 0 {
			return fmt.Errorf("no field %q: want %s", path, list([]string{path[:at[0]] + "[0]", fmt.Sprintf("%s[%d]", path[:at[0]], last)}))
		}
	}
	within := slices.DeleteFunc(slices.Clone(f.paths), func(known string) bool {
		return !strings.HasPrefix(known, path+".") && !strings.HasPrefix(known, path+"[")
	})
	if len(within) > 0 {
		return fmt.Errorf("%q is no single field: want one of %s", path, list(within))
	}
	return &unknownError{
		text: fmt.Sprintf("no field %q: want one of %s", path, list(f.paths)),
		hint: nearest.Hint(path, "", f.paths),
	}
}

// unknownError is a path at which there is no field.
type unknownError struct{ text, hint string }

func (e *unknownError) Error() string { return e.text }

// Hint returns which field was probably meant, or "".
func (e *unknownError) Hint() string { return e.hint }

func (f Fields) has(path string) bool {
	_, ok := f.byPath[path]
	return ok
}

// alike are the fields other than path that have its kind.
func (f Fields) alike(path string) []string {
	return slices.DeleteFunc(slices.Clone(f.paths), func(other string) bool {
		return other == path || f.byPath[other].Kind != f.byPath[path].Kind
	})
}

// list names paths, those that differ only in an index once:
// "bytes, destinations[0..1].bytes".
func list(paths []string) string {
	type span struct{ path, first, last string }
	var spans []*span
	seen := make(map[string]*span)
	for _, path := range paths {
		at := index().FindStringIndex(path)
		if at == nil {
			spans = append(spans, &span{path: path})
			continue
		}
		number, name := path[at[0]+1:at[1]-1], path[:at[0]+1]+"%"+path[at[1]-1:]
		if s := seen[name]; s != nil {
			s.last = number
			continue
		}
		s := &span{name, number, number}
		seen[name] = s
		spans = append(spans, s)
	}
	names := make([]string, len(spans))
	for i, s := range spans {
		numbers := s.first
		if s.last != s.first {
			numbers += ".." + s.last
		}
		names[i] = strings.Replace(s.path, "%", numbers, 1)
	}
	return strings.Join(names, ", ")
}
