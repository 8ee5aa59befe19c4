package trace

import (
	"bytes"
	"encoding/json"
)

// appendString appends a field with a string, quoted as JSON.stringify does it.
func appendString(b []byte, key, v string) []byte {
	return append(appendKey(b, key), quote(v)...)
}

// quote returns v as a JSON string. Unlike json.Marshal it does not escape <, >
// and &.
func quote(v string) []byte {
	var out bytes.Buffer
	enc := json.NewEncoder(&out)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		panic("trace: internal error: a string that is no JSON: " + err.Error())
	}
	return bytes.TrimSuffix(out.Bytes(), []byte("\n"))
}
