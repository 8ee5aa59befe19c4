//go:build unix

package integration

import (
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"syscall"
	"testing"

	"bpcopy/internal/report"
)

var update = flag.Bool("update", false, "write the schemas that are made from types, instead of comparing them")

// schemaFolder is where the schemas are, from the folder that tests run in.
const schemaFolder = "../../docs/schema"

// TestSchemasAreOfTypes: the schema of an object is that of the type whose values are
// printed.
func TestSchemasAreOfTypes(t *testing.T) {
	for name, made := range map[string]object{
		"summary.json": summarySchema(),
		"proxy.json":   proxySchema(),
	} {
		var want bytes.Buffer
		encoder := json.NewEncoder(&want)
		encoder.SetEscapeHTML(false)
		encoder.SetIndent("", "  ")
		if err := encoder.Encode(made); err != nil {
			t.Fatal(err)
		}
		path := filepath.Join(schemaFolder, name)
		if *update {
			if err := os.WriteFile(path, want.Bytes(), 0o666); err != nil {
				t.Fatal(err)
			}
		}
		if got, err := os.ReadFile(path); err != nil || !bytes.Equal(got, want.Bytes()) {
			t.Errorf("%s is not the schema of its type, %v: go test ./internal/integration -run Schemas -update", path, err)
		}
	}
}

// summarySchema is the schema of what --json writes.
func summarySchema() object {
	return rootSchema(report.Schema, "The summary of a copy or of a demo, as --json writes it.", reflect.TypeFor[report.Summary]())
}

// proxySchema is the schema of what --json of a proxy writes.
func proxySchema() object {
	schema := rootSchema(report.ProxySchema, "The summary of a proxy, as --json writes it.", reflect.TypeFor[report.ProxySummary]())
	properties := schema["properties"].(object)
	result := properties["result"].(object)
	result["enum"] = append(result["enum"].([]any), "command") // it has ended with another status than 0
	return schema
}

// rootSchema is the schema of an object that names it, and how the run ended.
func rootSchema(name, description string, of reflect.Type) object {
	schema := schemaOf(of)
	schema["$schema"] = "https://json-schema.org/draft/2020-12/schema"
	schema["$id"] = "urn:" + strings.NewReplacer(".", ":", "/", ":").Replace(name)
	schema["title"] = name
	schema["description"] = description + " Fields may be added; the number in the title changes when one goes or changes its meaning."
	results := []any{}
	for _, status := range []report.Status{
		report.OK, report.Failed, report.Usage, report.Unexpected, report.Timeout, report.BySignal(syscall.SIGINT), report.ConsumerGone,
	} {
		results = append(results, status.String())
	}
	properties := schema["properties"].(object)
	properties["schema"] = object{"const": name}
	properties["result"] = object{"type": "string", "enum": results}
	return schema
}

// object is an object of JSON.
type object = map[string]any

// schemaOf returns the schema of what encoding/json makes of a type. A field whose unit
// the tags say has a description.
func schemaOf(of reflect.Type) object {
	switch of.Kind() {
	case reflect.Struct:
		properties, required := object{}, []string{}
		for field := range of.Fields() {
			name, options, _ := strings.Cut(field.Tag.Get("json"), ",")
			inner := schemaOf(field.Type)
			if field.Anonymous {
				maps.Copy(properties, inner["properties"].(object))
				required = append(required, inner["required"].([]string)...)
				continue
			}
			if unit := field.Tag.Get("unit"); unit != "" {
				inner["description"] = map[string]string{"bytes": "in bytes", "bytes/s": "in bytes per second", "s": "in seconds", "share": "a share, of which 1 is the whole"}[unit]
			}
			if words := strings.Fields(field.Tag.Get("words")); len(words) > 0 {
				inner["enum"] = anyOf(words)
				if name == "bottleneck" || name == "conduit" && field.Type.Kind() == reflect.String { // "" where no copy began
					inner["enum"] = append(inner["enum"].([]any), "")
				}
			}
			if field.Type.Kind() == reflect.Pointer && options == "" {
				inner["type"] = []string{inner["type"].(string), "null"}
				if words, ok := inner["enum"].([]any); ok {
					inner["enum"] = append(words, nil)
				}
			}
			properties[name] = inner
			if options == "" {
				required = append(required, name)
			}
		}
		return object{"type": "object", "properties": properties, "required": required}
	case reflect.Slice:
		return object{"type": "array", "items": schemaOf(of.Elem())}
	case reflect.Pointer:
		return schemaOf(of.Elem())
	case reflect.String:
		return object{"type": "string"}
	case reflect.Bool:
		return object{"type": "boolean"}
	case reflect.Int, reflect.Int64, reflect.Uint64:
		return object{"type": "integer", "minimum": 0}
	case reflect.Float64:
		return object{"type": "number", "minimum": 0}
	}
	panic(fmt.Sprintf("no schema for %v", of))
}

// anyOf returns words as values of JSON.
func anyOf(words []string) []any {
	values := make([]any, len(words))
	for i, word := range words {
		values[i] = word
	}
	return values
}

// A schema is a schema of the folder.
type schema struct {
	root object
}

func readSchema(t *testing.T, name string) schema {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(schemaFolder, name))
	if err != nil {
		t.Fatal(err)
	}
	var s schema
	if err := json.Unmarshal(text, &s.root); err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return s
}

// check returns an error if a line of JSON is not as the schema says. It is stricter than
// JSON Schema: a property that the schema does not know is an error, and so is a keyword
// that is not known here.
func (s schema) check(line []byte) error {
	decoder := json.NewDecoder(bytes.NewReader(line))
	decoder.UseNumber()
	var value any
	if err := decoder.Decode(&value); err != nil {
		return err
	}
	return s.valid(s.root, value)
}

// valid returns an error if a value is not as a part of the schema says.
func (s schema) valid(part object, value any) error {
	for keyword, want := range part {
		if err := s.holds(part, keyword, want, value); err != nil {
			return err
		}
	}
	return nil
}

// holds returns an error if a value is not as one keyword says.
func (s schema) holds(part object, keyword string, want, value any) error {
	switch keyword {
	case "$schema", "$id", "$defs", "title", "description":
		return nil
	case "$ref":
		name := strings.TrimPrefix(want.(string), "#/$defs/")
		return s.valid(s.root["$defs"].(object)[name].(object), value)
	case "const":
		return mustBe(want == value, "%v: want %v", value, want)
	case "enum":
		return mustBe(slices.Contains(want.([]any), value), "%v: want one of %v", value, want)
	case "type":
		types, several := want.([]any)
		if !several {
			types = []any{want}
		}
		return mustBe(slices.ContainsFunc(types, func(name any) bool { return isOfType(name.(string), value) }), "%v: want %v", value, want)
	case "minimum":
		number, ok := value.(json.Number)
		n, err := number.Float64()
		return mustBe(!ok || err == nil && n >= want.(float64), "%v: want at least %v", value, want)
	case "items":
		items, _ := value.([]any) // what is none has a wrong type
		for i, item := range items {
			if err := s.valid(want.(object), item); err != nil {
				return fmt.Errorf("[%d]: %w", i, err)
			}
		}
		return nil
	case "required":
		properties, ok := value.(object)
		for _, name := range want.([]any) {
			if _, there := properties[name.(string)]; ok && !there {
				return fmt.Errorf("%v is missing", name)
			}
		}
		return nil
	case "properties":
		properties, _ := value.(object)
		for name, property := range properties {
			known, ok := want.(object)[name]
			if !ok {
				return fmt.Errorf("%s: nobody knows it", name)
			}
			if err := s.valid(known.(object), property); err != nil {
				return fmt.Errorf("%s: %w", name, err)
			}
		}
		return nil
	case "anyOf":
		var errs []error
		for _, branch := range want.([]any) {
			err := s.valid(branch.(object), value)
			if err == nil {
				return nil
			}
			errs = append(errs, err)
		}
		return fmt.Errorf("%v: is none of those: %w", value, errors.Join(errs...))
	}
	return fmt.Errorf("keyword %q is not known here", keyword)
}

func mustBe(holds bool, format string, args ...any) error {
	if holds {
		return nil
	}
	return fmt.Errorf(format, args...)
}

// isOfType reports whether a value has a type by its name in JSON Schema.
func isOfType(name string, value any) bool {
	switch v := value.(type) {
	case nil:
		return name == "null"
	case bool:
		return name == "boolean"
	case string:
		return name == "string"
	case json.Number:
		return name == "number" || name == "integer" && !strings.ContainsAny(v.String(), ".eE")
	case []any:
		return name == "array"
	}
	return name == "object"
}
