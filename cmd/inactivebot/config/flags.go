package config

import (
	"fmt"
	"reflect"
	"strings"

	"github.com/alecthomas/kong"
)

// Flags is the command line's side of the settings: a struct with one string
// field for each setting that is no secret. kong fills the struct; nothing in it
// is checked before [Load] checks everything.
type Flags struct {
	fields reflect.Value // a pointer to the struct.
	names  []string      // the flag of each field.
}

// NewFlags makes the flags of all settings.
func NewFlags() *Flags {
	var (
		fields []reflect.StructField
		names  []string
	)
	for _, s := range new(Config).settings() {
		if s.secret {
			continue
		}
		fields = append(fields, s.field())
		names = append(names, s.flag())
	}
	return &Flags{reflect.New(reflect.StructOf(fields)), names}
}

// field is the setting as kong reads it from a struct's field.
func (s setting) field() reflect.StructField {
	tag := fmt.Sprintf(`name:%q help:%q placeholder:%q`, s.flag(), s.meaning+" ["+s.name+"]", s.placeholder())
	if s.alias != "" {
		tag += fmt.Sprintf(` aliases:%q`, s.alias)
	}
	kind := reflect.TypeFor[string]()
	if s.toggle {
		kind = reflect.TypeFor[toggle]()
	}
	return reflect.StructField{Name: s.name, Type: kind, Tag: reflect.StructTag(tag)}
}

// toggle is a flag that may stand alone: --report-only is --report-only=true.
type toggle string

// Decode implements [kong.MapperValue].
func (t *toggle) Decode(ctx *kong.DecodeContext) error {
	*t = "true"
	if ctx.Scan.Peek().Type == kong.FlagValueToken {
		*t = toggle(ctx.Scan.Pop().String())
	}
	return nil
}

// IsBool implements [kong.BoolMapperValue].
func (*toggle) IsBool() bool { return true }

// placeholder shows the default in --help, or the kind of value where there is
// none.
func (s setting) placeholder() string {
	if s.fallback != "" {
		return s.fallback
	}
	return strings.ToUpper(s.flag())
}

// Struct is what [kong.Embed] or a [kong.Plugins] field takes.
func (f *Flags) Struct() any { return f.fields.Interface() }

// Values is what was given on the command line, by the flag's name.
func (f *Flags) Values() map[string]string {
	values := make(map[string]string)
	for i, name := range f.names {
		if v := f.fields.Elem().Field(i).String(); v != "" {
			values[name] = v
		}
	}
	return values
}
