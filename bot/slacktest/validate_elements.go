package slacktest

import (
	"maps"
	"reflect"
	"strconv"
)

// elementType is what is known of a block element.
type elementType struct {
	shape shape
	rules check
	// interactive elements have an action_id and send block_actions.
	interactive bool
	// in are the blocks that take the element.
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
		"text": must(plainText(75)), "value": may(text(0, 2000)), "url": may(webAddress),
		"style": may(oneOf("primary", "danger")), "confirm": may(confirmDialog), "accessibility_label": may(text(1, 75)),
	}},
	"overflow": {interactive: true, in: []string{inSection, inActions}, shape: shape{
		"options": must(list(1, 5, overflowOption)), "confirm": may(confirmDialog),
	}},
	"static_select": {interactive: true, in: everywhere, rules: all(optionsOrGroups, initialOptionOffered), shape: menuFields.with(choices).with(shape{
		"initial_option": may(plainOption),
	})},
	"multi_static_select": {interactive: true, in: []string{inSection, inInput}, rules: all(optionsOrGroups, initialOptionOffered), shape: menuFields.with(choices).with(shape{
		"initial_options": may(list(1, 100, plainOption)), "max_selected_items": may(integer(1, 100)),
	})},
	"external_select": {interactive: true, in: everywhere, shape: menuFields.with(shape{
		"initial_option": may(plainOption), "min_query_length": may(integer(0, 3000)),
	})},
	"users_select": {interactive: true, in: everywhere, shape: menuFields.with(shape{"initial_user": may(text(1, 255))})},
	"multi_users_select": {interactive: true, in: []string{inSection, inInput}, shape: menuFields.with(shape{
		"initial_users": may(list(1, 100, text(1, 255))), "max_selected_items": may(integer(1, 100)),
	})},
	"datepicker": {interactive: true, in: everywhere, shape: menuFields.with(shape{"initial_date": may(date)})},
	"checkboxes": {interactive: true, in: everywhere, rules: initialOptionOffered, shape: choiceFields.with(shape{
		"options": must(list(1, 10, richOption)), "initial_options": may(list(1, 10, richOption)),
	})},
	"radio_buttons": {interactive: true, in: everywhere, rules: initialOptionOffered, shape: choiceFields.with(shape{
		"options": must(list(1, 10, richOption)), "initial_option": may(richOption),
	})},
	"plain_text_input": {interactive: true, in: []string{inInput}, shape: shape{
		"placeholder": may(plainText(150)), "initial_value": may(text(0, 3000)), "multiline": may(boolean),
		"min_length": may(integer(0, 3000)), "max_length": may(integer(1, 3000)), "focus_on_load": may(boolean),
		"dispatch_action_config": may(dispatchConfig),
	}},
	"number_input": {interactive: true, in: []string{inInput}, shape: shape{
		"is_decimal_allowed": must(boolean), "initial_value": may(numericString), "min_value": may(numericString), "max_value": may(numericString),
		"placeholder": may(plainText(150)), "focus_on_load": may(boolean), "dispatch_action_config": may(dispatchConfig),
	}},
	"email_text_input": {interactive: true, in: []string{inInput}, shape: singleLineInput(mailAddress)},
	"url_text_input":   {interactive: true, in: []string{inInput}, shape: singleLineInput(webAddress)},
	"timepicker": {interactive: true, in: everywhere, shape: menuFields.with(shape{
		"initial_time": may(timeOfDay), "timezone": may(text(1, 100)),
	})},
	"datetimepicker": {interactive: true, in: []string{inActions, inInput}, shape: shape{
		"initial_date_time": may(integer(1_000_000_000, 9_999_999_999)), "confirm": may(confirmDialog), "focus_on_load": may(boolean),
	}},
	"channels_select": {interactive: true, in: everywhere, shape: menuFields.with(shape{
		"initial_channel": may(text(1, 255)), "response_url_enabled": may(boolean),
	})},
	"multi_channels_select": {interactive: true, in: []string{inSection, inInput}, shape: menuFields.with(shape{
		"initial_channels": may(list(1, 100, text(1, 255))), "max_selected_items": may(integer(1, 100)),
	})},
	"conversations_select": {interactive: true, in: everywhere, shape: menuFields.with(conversationChoices).with(shape{
		"initial_conversation": may(text(1, 255)), "response_url_enabled": may(boolean),
	})},
	"multi_conversations_select": {interactive: true, in: []string{inSection, inInput}, shape: menuFields.with(conversationChoices).with(shape{
		"initial_conversations": may(list(1, 100, text(1, 255))), "max_selected_items": may(integer(1, 100)),
	})},
	"image": {in: []string{inSection, inContext}, rules: exactlyOne("image_url", "slack_file"), shape: imageFields},
}

// singleLineInput are the fields of a one-line input whose text has a form.
func singleLineInput(form check) shape {
	return shape{
		"initial_value": may(form), "placeholder": may(plainText(150)), "focus_on_load": may(boolean), "dispatch_action_config": may(dispatchConfig),
	}
}

// conversationChoices narrow which conversations can be chosen.
var conversationChoices = shape{
	"default_to_current_conversation": may(boolean),
	"filter": may(shape{
		"include":                          may(list(1, 4, oneOf("im", "mpim", "private", "public"))),
		"exclude_external_shared_channels": may(boolean), "exclude_bot_users": may(boolean),
	}.check),
}

// numericString judges a number that is written as a text.
func numericString(v *validation, at string, value any) {
	text, ok := value.(string)
	if _, err := strconv.ParseFloat(text, 64); !ok || err != nil {
		v.add(at, "must be a string that holds a number")
	}
}

// choiceFields are the fields of elements whose options stand in the open, menuFields those of elements that open.
var (
	choiceFields = shape{"confirm": may(confirmDialog), "focus_on_load": may(boolean)}
	menuFields   = choiceFields.with(shape{"placeholder": may(plainText(150))})
	choices      = shape{"options": may(list(1, 100, plainOption)), "option_groups": may(list(1, 100, optionGroup))}
)

var imageFields = shape{
	"image_url": may(text(1, 3000)), "slack_file": may(shape{"id": may(text(1, 255)), "url": may(text(1, 3000))}.check),
	"alt_text": must(text(1, 2000)),
}

var dispatchConfig = shape{
	"trigger_actions_on": must(list(1, 2, oneOf("on_enter_pressed", "on_character_entered"))),
}.check

var optionsOrGroups = exactlyOne("options", "option_groups")

// initialOptionOffered judges that what is chosen at first can be chosen.
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

// element judges an element that stands in a block of this type.
func element(block string) check {
	shapes := map[string]shape{}
	for name, t := range elementTypes {
		for _, in := range t.in {
			if in == block {
				shapes[name] = t.fields()
			}
		}
	}
	judge := byType(shapes)
	return func(v *validation, at string, value any) {
		judge(v, at, value)
		o, _ := value.(object)
		if t := elementTypes[str(o, "type")]; t.rules != nil {
			t.rules(v, at, value)
		}
	}
}

func (t elementType) fields() shape {
	fields := maps.Clone(t.shape)
	if t.interactive {
		fields["action_id"] = may(text(1, 255))
	}
	return fields
}

// contextItem judges what stands in a context block: an image or a text.
func contextItem(v *validation, at string, value any) {
	shapes := textTypes(3000)
	shapes["image"] = imageFields
	byType(shapes)(v, at, value)
}

// elementsOf returns the elements of a block, wherever its type keeps them.
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

// actionCells returns the buttons in a data table.
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
