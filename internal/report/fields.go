package report

import (
	"fmt"
	"reflect"
	"strings"

	"bpcopy/internal/expect"
)

// Fields are those of the summary of a copy to so many destinations that conditions
// may be about: all but what came of conditions.
func Fields(destinations int) expect.Fields {
	var all []expect.Field
	add(&all, "", reflect.TypeFor[Summary](), destinations)
	return expect.NewFields(all)
}

// add takes the fields of a struct whose path is given.
func add(all *[]expect.Field, path string, of reflect.Type, destinations int) {
	for field := range of.Fields() {
		name, _, _ := strings.Cut(field.Tag.Get("json"), ",")
		name = strings.TrimPrefix(path+"."+name, ".")
		switch {
		case field.Type == reflect.TypeFor[[]Destination]():
			for i := range destinations {
				add(all, fmt.Sprintf("%s[%d]", name, i), field.Type.Elem(), destinations)
			}
		case field.Type == reflect.TypeFor[[]Expectation]():
		case field.Type.Kind() == reflect.Struct:
			add(all, name, field.Type, destinations)
		default:
			*all = append(*all, expect.Field{Path: name, Kind: kindOf(field), Words: strings.Fields(field.Tag.Get("words"))})
		}
	}
}

// kindOf is what the field holds.
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
	case reflect.Int, reflect.Int64, reflect.Float64:
		kinds := map[string]expect.Kind{"": expect.Count, "bytes": expect.Size, "bytes/s": expect.Rate, "s": expect.Seconds}
		if kind, ok := kinds[unit]; ok {
			return kind
		}
	}
	panic(fmt.Sprintf("report: internal error: %s is a %v with the unit %q", field.Name, field.Type, unit))
}
