package slacktest

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"unicode/utf8"
)

// validation collects the errors of a payload, with Slack's texts and JSON pointers.
type validation struct {
	problems []string
}

func (v *validation) add(at, format string, args ...any) {
	v.problems = append(v.problems, fmt.Sprintf("[ERROR] %s [json-pointer:%s]", fmt.Sprintf(format, args...), at))
}

// check validates a value; at is its JSON pointer.
type check func(v *validation, at string, value any)

// field is one field of an object.
type field struct {
	check    check
	required bool
}

// shape is the set of an object's fields. Other fields are rejected.
type shape map[string]field

func required(c check) field { return field{check: c, required: true} }
func optional(c check) field { return field{check: c} }

// with returns the shape plus more fields.
func (s shape) with(more shape) shape {
	all := maps.Clone(s)
	maps.Copy(all, more)
	return all
}

// check validates an object: no missing or unknown fields, and valid values.
func (s shape) check(v *validation, at string, value any) {
	fields, ok := value.(object)
	if !ok {
		v.add(at, "must provide an object")
		return
	}
	for _, name := range slices.Sorted(maps.Keys(s)) {
		if s[name].required && fields[name] == nil {
			v.add(at, "missing required field: %s", name)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(fields)) {
		rule, known := s[name]
		switch {
		case !known:
			v.add(at, "invalid additional property: %s", name)
		case fields[name] != nil:
			rule.check(v, at+"/"+name, fields[name])
		}
	}
}

// byType validates an object with the shape for its type field.
func byType(shapes map[string]shape) check {
	return func(v *validation, at string, value any) {
		fields, ok := value.(object)
		if !ok {
			v.add(at, "must provide an object")
			return
		}
		kind, ok := fields["type"].(string)
		if !ok {
			v.add(at, "missing required field: type")
			return
		}
		s, known := shapes[kind]
		if !known {
			v.add(at+"/type", "unsupported type: %s", kind)
			return
		}
		s.with(shape{"type": required(anyValue)}).check(v, at, value)
	}
}

// text validates a string's length in code points.
func text(least, most int) check {
	return func(v *validation, at string, value any) {
		s, ok := value.(string)
		switch n := utf8.RuneCountInString(s); {
		case !ok:
			v.add(at, "must be a string")
		case n < least:
			v.add(at, "must be more than %d characters", least-1)
		case n > most:
			v.add(at, "must be less than %d characters", most+1)
		}
	}
}

// list validates an array's length and its items.
func list(least, most int, item check) check {
	return func(v *validation, at string, value any) {
		items, ok := value.([]any)
		switch {
		case !ok:
			v.add(at, "must provide an array")
			return
		case len(items) < least:
			v.add(at, "must have at least %d items", least)
		case len(items) > most:
			v.add(at, "no more than %d items allowed", most)
		}
		for i, one := range items {
			item(v, fmt.Sprintf("%s/%d", at, i), one)
		}
	}
}

// oneOf validates a string against allowed values.
func oneOf(words ...string) check {
	return func(v *validation, at string, value any) {
		if s, ok := value.(string); !ok || !slices.Contains(words, s) {
			v.add(at, "must be a valid enum value")
		}
	}
}

// integer validates an integer in a range.
func integer(least, most int64) check {
	return func(v *validation, at string, value any) {
		number, _ := value.(json.Number)
		n, err := number.Int64()
		if err != nil {
			v.add(at, "must be an integer")
			return
		}
		if n < least || n > most {
			v.add(at, "must be between %d and %d", least, most)
		}
	}
}

func number(v *validation, at string, value any) {
	if _, ok := value.(json.Number); !ok {
		v.add(at, "must be a number")
	}
}

func boolean(v *validation, at string, value any) {
	if _, ok := value.(bool); !ok {
		v.add(at, "must be a boolean")
	}
}

func anyValue(*validation, string, any) {}

// all combines several checks.
func all(checks ...check) check {
	return func(v *validation, at string, value any) {
		for _, c := range checks {
			c(v, at, value)
		}
	}
}

// objectRule validates combinations of fields. It skips values that are not objects.
func objectRule(rule func(v *validation, at string, o object)) check {
	return func(v *validation, at string, value any) {
		if o, ok := value.(object); ok {
			rule(v, at, o)
		}
	}
}

// exactlyOne validates that an object has exactly one of two fields.
func exactlyOne(a, b string) check {
	return objectRule(func(v *validation, at string, o object) {
		switch {
		case o[a] == nil && o[b] == nil:
			v.add(at, "missing required field: %s or %s", a, b)
		case o[a] != nil && o[b] != nil:
			v.add(at, "only one of %s and %s is allowed", a, b)
		}
	})
}
