package expect

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// Fields are those that conditions may be about.
type Fields struct {
	paths []string // in the order of the object
	kinds map[string]kind
	words map[string][]string
}

// NewFields takes the fields, their kinds and the lengths of their lists from an
// example in which nothing is left out and nothing is null. Where words has a
// field, no other texts can be its value, and a condition with another is refused.
func NewFields(example Values, words map[string][]string) Fields {
	f := Fields{paths: example.paths, kinds: make(map[string]kind), words: words}
	for _, path := range f.paths {
		f.kinds[path] = kindOf(path, example.byPath[path])
	}
	return f
}

// index is the position in a list as a path has it.
var index = regexp.MustCompile(`\[[^\]]*\]`)

// unknown says why there is no field at path, and what there is.
func (f Fields) unknown(path string) error {
	if path == "" {
		return fmt.Errorf("want a field: %s", list(f.paths))
	}
	if at := index.FindStringIndex(path); at != nil {
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
	return fmt.Errorf("no field %q: want one of %s", path, list(f.paths))
}

func (f Fields) has(path string) bool {
	_, ok := f.kinds[path]
	return ok
}

// alike are the fields other than path that have its kind.
func (f Fields) alike(path string) []string {
	return slices.DeleteFunc(slices.Clone(f.paths), func(other string) bool {
		return other == path || f.kinds[other] != f.kinds[path]
	})
}

// list names paths, those that differ only in an index once:
// "bytes, destinations[0..1].bytes".
func list(paths []string) string {
	type span struct{ path, first, last string }
	var spans []*span
	seen := make(map[string]*span)
	for _, path := range paths {
		at := index.FindStringIndex(path)
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
