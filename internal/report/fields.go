package report

import (
	"fmt"
	"reflect"
	"strings"

	"bpcopy/internal/expect"
)

// Fields returns the fields of a summary that conditions can use: all but the
// expectations. There is a field for each of that many destinations and stages, and for
// [MostEvidence] pieces of evidence.
func Fields(destinations, stages int) expect.Fields {
	var all []expect.Field
	add(&all, "", reflect.TypeFor[Summary](), map[reflect.Type]int{
		reflect.TypeFor[[]Destination](): destinations,
		reflect.TypeFor[[]Stage]():       stages,
		reflect.TypeFor[[]Evidence]():    MostEvidence,
		reflect.TypeFor[[]Expectation](): 0,
	})
	return expect.NewFields(all)
}

// add appends the fields of a struct that is at path in the summary. Of each list there
// are as many as counts says.
func add(all *[]expect.Field, path string, of reflect.Type, counts map[reflect.Type]int) {
	for field := range of.Fields() {
		name, _, _ := strings.Cut(field.Tag.Get("json"), ",")
		name = strings.TrimPrefix(path+"."+name, ".")
		switch {
		case field.Anonymous: // its fields are in the same object
			add(all, path, field.Type, counts)
		case field.Type.Kind() == reflect.Slice:
			for i := range counts[field.Type] {
				add(all, fmt.Sprintf("%s[%d]", name, i), field.Type.Elem(), counts)
			}
		case field.Type.Kind() == reflect.Struct:
			add(all, name, field.Type, counts)
		default:
			*all = append(*all, expect.Field{
				Path: name, Kind: kindOf(field), Words: strings.Fields(field.Tag.Get("words")),
				Optional: field.Tag.Get("absent") == "null",
			})
		}
	}
}

// kindOf returns the kind of a field, from its type and its tag "unit".
func kindOf(field reflect.StructField) expect.Kind {
	held := field.Type
	if held.Kind() == reflect.Pointer {
		held = held.Elem()
	}
	unit := field.Tag.Get("unit")
	switch held.Kind() {
	case reflect.String:
		return expect.Text
	case reflect.Bool:
		return expect.Truth
	case reflect.Int, reflect.Int64, reflect.Uint64, reflect.Float64:
		kinds := map[string]expect.Kind{"": expect.Count, "bytes": expect.Size, "bytes/s": expect.Rate, "s": expect.Seconds, "share": expect.Share}
		if kind, ok := kinds[unit]; ok {
			return kind
		}
	}
	panic(fmt.Sprintf("report: internal error: %s is a %v with the unit %q", field.Name, field.Type, unit))
}
