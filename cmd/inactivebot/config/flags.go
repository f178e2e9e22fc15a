package config

import (
	"fmt"
	"reflect"
	"strings"

	"github.com/alecthomas/kong"
)

// Flags are the settings on the command line: a struct with one string
// field for each setting that is not a secret. kong fills the struct; nothing in it
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

// field returns the struct field from which kong reads the setting.
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

// toggle is a flag that needs no value: --report-only is --report-only=true.
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

// placeholder shows the default in --help, or the kind of value if there is no
// default.
func (s setting) placeholder() string {
	if s.fallback != "" {
		return s.fallback
	}
	return strings.ToUpper(s.flag())
}

// Struct returns the struct for [kong.Embed] or a [kong.Plugins] field.
func (f *Flags) Struct() any { return f.fields.Interface() }

// Values returns the values given on the command line, by the flag's name.
func (f *Flags) Values() map[string]string {
	values := make(map[string]string)
	for i, name := range f.names {
		if v := f.fields.Elem().Field(i).String(); v != "" {
			values[name] = v
		}
	}
	return values
}
