// A typical small app written with Bolt. It is not aware of the simulator: it gets only the API's address and two
// tokens. Settings are in the environment; BOLT names the package, so that two versions can run.

const {default: {App, LogLevel}} = await import(process.env.BOLT);

const app = new App({
  token: process.env.SLACK_BOT_TOKEN,
  appToken: process.env.SLACK_APP_TOKEN,
  socketMode: true,
  logLevel: LogLevel.ERROR,
  clientOptions: {slackApiUrl: process.env.SLACK_API_URL},
});

const plain = text => ({type: 'plain_text', text});
const words = text => ({type: 'section', block_id: 'words', text: {type: 'mrkdwn', text}});
const ballot = votes => [
  words(`*Lunch at twelve?* ${votes.length} votes: ${votes.map(user => `<@${user}>`).join(', ') || 'none yet'}`),
  {type: 'actions', block_id: 'ballot', elements: [
    {type: 'button', action_id: 'vote', text: plain('I am in'), value: 'lunch', style: 'primary'},
    {type: 'button', action_id: 'answer', text: plain('Answer me'), value: 'lunch'},
    {type: 'button', action_id: 'ask', text: plain('Ask more'), value: 'lunch'},
  ]},
];

// questions returns a modal with several kinds of inputs.
const questions = title => ({
  type: 'modal', callback_id: 'order', private_metadata: 'table 7', notify_on_close: true,
  title: plain(title), submit: plain('Order'), close: plain('Leave'),
  blocks: [
    {type: 'input', block_id: 'count', label: plain('How many?'), element: {type: 'plain_text_input', action_id: 'count'}},
    {type: 'input', block_id: 'day', label: plain('When?'), optional: true, element: {type: 'datepicker', action_id: 'day'}},
    {type: 'input', block_id: 'dish', label: plain('What?'), optional: true, element: {type: 'external_select', action_id: 'dish', min_query_length: 1}},
    {type: 'section', block_id: 'where', text: plain('Where?'), accessory: {
      type: 'static_select', action_id: 'where', placeholder: plain('A place'),
      options: ['inside', 'outside'].map(value => ({text: plain(value), value})),
    }},
  ],
});

// commands are the subcommands of /inactive, by first word.
const commands = {
  hello: ({command, ack}) => ack({response_type: 'ephemeral', text: `Hello <@${command.user_id}>`}),
  async post({ack, client, command}) {
    await ack();
    const posted = await client.chat.postMessage({
      channel: command.channel_id, text: 'Lunch at twelve?', blocks: ballot([]),
      metadata: {event_type: 'lunch', event_payload: {votes: 0}},
    });
    await client.chat.update({channel: posted.channel, ts: posted.ts, text: 'Lunch at twelve? Please vote.', blocks: ballot([])});
  },
  async ephemeral({ack, client, command}) {
    await ack();
    await client.chat.postEphemeral({channel: command.channel_id, user: command.user_id, text: 'Only visible to you'});
  },
  async respond({ack, respond}) {
    await ack();
    await respond('A response for you');
    await respond({response_type: 'in_channel', text: 'A response for everyone'});
  },
  async order({ack, client, command}) {
    await ack();
    await client.views.open({trigger_id: command.trigger_id, view: questions('Order')});
  },
  async look({ack, client, command, respond}) {
    await ack();
    const {messages} = await client.conversations.history({channel: command.channel_id, include_all_metadata: true, limit: 100});
    const {user} = await client.users.info({user: command.user_id});
    const members = [];
    for await (const page of client.paginate('conversations.members', {channel: command.channel_id, limit: 1})) members.push(...page.members);
    const found = messages.find(message => message.metadata?.event_type === 'lunch');
    await respond(`${user.name} sees ${members.length} members and ${found?.text}`);
  },
  async file({ack, client, command}) {
    await ack();
    await client.files.uploadV2({channel_id: command.channel_id, filename: 'menu.csv', content: 'dish,price\nsoup,4\n', initial_comment: 'The menu'});
  },
  async refused({ack, client, command, respond}) {
    await ack();
    const calls = {
      long: () => client.chat.postMessage({channel: command.channel_id, text: 'long', blocks: [words('x'.repeat(3001))]}),
      stranger: () => client.chat.postMessage({channel: 'C0NOWHERE', text: 'lost'}),
      token: () => client.apps.connections.open({token: process.env.SLACK_BOT_TOKEN}),
      method: () => client.apiCall('lunch.cook'),
    };
    const lines = [];
    for (const [name, call] of Object.entries(calls)) {
      const result = await call().then(() => 'ok', error => [error.data?.error, ...error.data?.response_metadata?.messages || []].join(' '));
      lines.push(`${name}: ${result}`);
    }
    await respond(lines.join('\n'));
  },
};

app.command('/inactive', args => commands[args.command.text.split(' ')[0]](args));

// Votes are stored, so that a repeated press has no effect.
const votes = new Map();

app.action('vote', async ({ack, body, client}) => {
  await ack();
  const {ts} = body.message, channel = body.channel.id, voters = votes.get(ts) || [];
  if (voters.includes(body.user.id)) return;
  votes.set(ts, [...voters, body.user.id]);
  await client.chat.update({channel, ts, text: 'Lunch at twelve?', blocks: ballot(votes.get(ts))});
  await client.chat.postMessage({channel, thread_ts: ts, text: `<@${body.user.id}> is in`});
});

app.action('answer', async ({ack, respond, say, payload}) => {
  await ack();
  await say(`${payload.type} ${payload.action_id} ${payload.value} in ${payload.block_id}`);
  await respond({replace_original: false, text: 'Answered'});
  await respond({replace_original: true, text: 'Replaced', blocks: [words('The vote is over')]});
});

app.action('ask', async ({ack, body, client}) => {
  await ack();
  const {view} = await client.views.open({trigger_id: body.trigger_id, view: questions('One moment')});
  await client.views.update({view_id: view.id, hash: view.hash, view: questions('Order now')});
});

app.action('where', async ({ack, body, client, payload}) => {
  await ack();
  const changed = questions(`Order ${payload.selected_option.value}`);
  await client.views.update({view_id: body.view.id, hash: body.view.hash, view: changed});
});

app.options('dish', async ({ack, payload}) => {
  const dishes = ['soup', 'salad', 'bread'].filter(dish => dish.startsWith(payload.value));
  await ack({options: dishes.map(dish => ({text: plain(dish), value: dish}))});
});

app.view('order', async ({ack, view}) => {
  const {count: {count}, day: {day}, dish: {dish}, where: {where}} = view.state.values;
  if (!(Number(count.value) > 0)) {
    await ack({response_action: 'errors', errors: {count: 'Please enter a number above zero.'}});
    return;
  }
  const order = [count.value, day.selected_date, dish.selected_option?.value, where.selected_option?.value, view.private_metadata];
  await ack({response_action: 'update', view: {
    type: 'modal', callback_id: 'thanks', title: plain('Thank you'), close: plain('Close'), submit: plain('More'), blocks: [words(order.join(' · '))],
  }});
});

app.view('thanks', ({ack}) => ack({response_action: 'push', view: {
  type: 'modal', title: plain('And then?'), submit: plain('Enough'), callback_id: 'enough', blocks: [words('Coffee')],
}}));

app.view('enough', ({ack}) => ack({response_action: 'clear'}));

app.view({callback_id: 'order', type: 'view_closed'}, async ({ack, body, client}) => {
  await ack();
  await client.chat.postMessage({channel: body.user.id, text: 'Maybe tomorrow'});
});

app.error(async error => { console.error('the app:', error.message); });

await app.start();
