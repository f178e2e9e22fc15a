package slacktest

import (
	"maps"
	"reflect"
	"strconv"
)

// elementType describes a block element.
type elementType struct {
	shape shape
	rules check
	// interactive elements have an action_id and send block_actions.
	interactive bool
	// in lists the block types that allow the element.
	in []string
}

const (
	inSection = "section"
	inActions = "actions"
	inInput   = "input"
	inContext = "context"
)

var everywhere = []string{inSection, inActions, inInput}

// elementTypes are the elements by type: https://docs.slack.dev/reference/block-kit/block-elements.
var elementTypes = map[string]elementType{
	"button": {interactive: true, in: []string{inSection, inActions}, shape: shape{
		"text": required(plainText(75)), "value": optional(text(0, 2000)), "url": optional(webAddress),
		"style": optional(oneOf("primary", "danger")), "confirm": optional(confirmDialog), "accessibility_label": optional(text(1, 75)),
	}},
	"overflow": {interactive: true, in: []string{inSection, inActions}, shape: shape{
		"options": required(list(1, 5, overflowOption)), "confirm": optional(confirmDialog),
	}},
	"static_select": {interactive: true, in: everywhere, rules: all(optionsOrGroups, initialOptionOffered), shape: menuFields.with(choices).with(shape{
		"initial_option": optional(plainOption),
	})},
	"multi_static_select": {interactive: true, in: []string{inSection, inInput}, rules: all(optionsOrGroups, initialOptionOffered), shape: menuFields.with(choices).with(shape{
		"initial_options": optional(list(1, 100, plainOption)), "max_selected_items": optional(integer(1, 100)),
	})},
	"external_select": {interactive: true, in: everywhere, shape: menuFields.with(shape{
		"initial_option": optional(plainOption), "min_query_length": optional(integer(0, 3000)),
	})},
	"users_select": {interactive: true, in: everywhere, shape: menuFields.with(shape{"initial_user": optional(text(1, 255))})},
	"multi_users_select": {interactive: true, in: []string{inSection, inInput}, shape: menuFields.with(shape{
		"initial_users": optional(list(1, 100, text(1, 255))), "max_selected_items": optional(integer(1, 100)),
	})},
	"datepicker": {interactive: true, in: everywhere, shape: menuFields.with(shape{"initial_date": optional(date)})},
	"checkboxes": {interactive: true, in: everywhere, rules: initialOptionOffered, shape: choiceFields.with(shape{
		"options": required(list(1, 10, richOption)), "initial_options": optional(list(1, 10, richOption)),
	})},
	"radio_buttons": {interactive: true, in: everywhere, rules: initialOptionOffered, shape: choiceFields.with(shape{
		"options": required(list(1, 10, richOption)), "initial_option": optional(richOption),
	})},
	"plain_text_input": {interactive: true, in: []string{inInput}, shape: shape{
		"placeholder": optional(plainText(150)), "initial_value": optional(text(0, 3000)), "multiline": optional(boolean),
		"min_length": optional(integer(0, 3000)), "max_length": optional(integer(1, 3000)), "focus_on_load": optional(boolean),
		"dispatch_action_config": optional(dispatchConfig),
	}},
	"number_input": {interactive: true, in: []string{inInput}, shape: shape{
		"is_decimal_allowed": required(boolean), "initial_value": optional(numericString), "min_value": optional(numericString), "max_value": optional(numericString),
		"placeholder": optional(plainText(150)), "focus_on_load": optional(boolean), "dispatch_action_config": optional(dispatchConfig),
	}},
	"email_text_input": {interactive: true, in: []string{inInput}, shape: singleLineInput(mailAddress)},
	"url_text_input":   {interactive: true, in: []string{inInput}, shape: singleLineInput(webAddress)},
	"timepicker": {interactive: true, in: everywhere, shape: menuFields.with(shape{
		"initial_time": optional(timeOfDay), "timezone": optional(text(1, 100)),
	})},
	"datetimepicker": {interactive: true, in: []string{inActions, inInput}, shape: shape{
		"initial_date_time": optional(integer(1_000_000_000, 9_999_999_999)), "confirm": optional(confirmDialog), "focus_on_load": optional(boolean),
	}},
	"channels_select": {interactive: true, in: everywhere, shape: menuFields.with(shape{
		"initial_channel": optional(text(1, 255)), "response_url_enabled": optional(boolean),
	})},
	"multi_channels_select": {interactive: true, in: []string{inSection, inInput}, shape: menuFields.with(shape{
		"initial_channels": optional(list(1, 100, text(1, 255))), "max_selected_items": optional(integer(1, 100)),
	})},
	"conversations_select": {interactive: true, in: everywhere, shape: menuFields.with(conversationChoices).with(shape{
		"initial_conversation": optional(text(1, 255)), "response_url_enabled": optional(boolean),
	})},
	"multi_conversations_select": {interactive: true, in: []string{inSection, inInput}, shape: menuFields.with(conversationChoices).with(shape{
		"initial_conversations": optional(list(1, 100, text(1, 255))), "max_selected_items": optional(integer(1, 100)),
	})},
	"image": {in: []string{inSection, inContext}, rules: exactlyOne("image_url", "slack_file"), shape: imageFields},
}

// singleLineInput returns the fields of a one-line input with a text format.
func singleLineInput(form check) shape {
	return shape{
		"initial_value": optional(form), "placeholder": optional(plainText(150)), "focus_on_load": optional(boolean), "dispatch_action_config": optional(dispatchConfig),
	}
}

// conversationChoices are the fields that restrict the conversations on offer.
var conversationChoices = shape{
	"default_to_current_conversation": optional(boolean),
	"filter": optional(shape{
		"include":                          optional(list(1, 4, oneOf("im", "mpim", "private", "public"))),
		"exclude_external_shared_channels": optional(boolean), "exclude_bot_users": optional(boolean),
	}.check),
}

// numericString validates a string that contains a number.
func numericString(v *validation, at string, value any) {
	text, ok := value.(string)
	if _, err := strconv.ParseFloat(text, 64); !ok || err != nil {
		v.add(at, "must be a string that holds a number")
	}
}

// choiceFields are the fields of elements whose options are always visible, menuFields those of elements that open a
// menu.
var (
	choiceFields = shape{"confirm": optional(confirmDialog), "focus_on_load": optional(boolean)}
	menuFields   = choiceFields.with(shape{"placeholder": optional(plainText(150))})
	choices      = shape{"options": optional(list(1, 100, plainOption)), "option_groups": optional(list(1, 100, optionGroup))}
)

var imageFields = shape{
	"image_url": optional(text(1, 3000)), "slack_file": optional(shape{"id": optional(text(1, 255)), "url": optional(text(1, 3000))}.check),
	"alt_text": required(text(1, 2000)),
}

var dispatchConfig = shape{
	"trigger_actions_on": required(list(1, 2, oneOf("on_enter_pressed", "on_character_entered"))),
}.check

var optionsOrGroups = exactlyOne("options", "option_groups")

// initialOptionOffered validates that initial options are among the options.
var initialOptionOffered = objectRule(func(v *validation, at string, o object) {
	offered := children(o, "options")
	for _, group := range children(o, "option_groups") {
		offered = append(offered, children(group, "options")...)
	}
	chosen := children(o, "initial_options")
	if one := child(o, "initial_option"); one != nil {
		chosen = append(chosen, one)
	}
	for _, option := range chosen {
		if find(pointers(offered), func(other *object) bool { return reflect.DeepEqual(*other, option) }) == nil {
			v.add(at, "initial option is not among the options: %s", str(option, "value"))
		}
	}
})

func pointers(all []object) []*object {
	var p []*object
	for i := range all {
		p = append(p, &all[i])
	}
	return p
}

// element validates an element in a block of the given type.
func element(block string) check {
	shapes := map[string]shape{}
	for name, t := range elementTypes {
		for _, in := range t.in {
			if in == block {
				shapes[name] = t.fields()
			}
		}
	}
	validate := byType(shapes)
	return func(v *validation, at string, value any) {
		validate(v, at, value)
		o, _ := value.(object)
		if t := elementTypes[str(o, "type")]; t.rules != nil {
			t.rules(v, at, value)
		}
	}
}

func (t elementType) fields() shape {
	fields := maps.Clone(t.shape)
	if t.interactive {
		fields["action_id"] = optional(text(1, 255))
	}
	return fields
}

// contextItem validates an item of a context block: an image or a text.
func contextItem(v *validation, at string, value any) {
	shapes := textTypes(3000)
	shapes["image"] = imageFields
	byType(shapes)(v, at, value)
}

// elementsOf returns the elements of a block of any type.
func elementsOf(block object) []object {
	switch str(block, "type") {
	case "section":
		return asList(child(block, "accessory"))
	case "input":
		return asList(child(block, "element"))
	case "actions":
		return children(block, "elements")
	case "data_table":
		return actionCells(block)
	}
	return nil
}

func asList(o object) []object {
	if o == nil {
		return nil
	}
	return []object{o}
}

// actionCells returns the buttons of a data table.
func actionCells(block object) []object {
	var buttons []object
	rows, _ := block["rows"].([]any)
	for _, row := range rows {
		for _, cell := range objects(row) {
			buttons = append(buttons, asList(child(cell, "element"))...)
		}
	}
	return buttons
}
