const { DefinePlugin } = require('webpack')

module.exports = {
  entry: './main.js',
  output: { path: `${__dirname}/dist` },
  performance: false,
  plugins: [new DefinePlugin({ CHAT_URL: JSON.stringify(process.env.CHAT_URL) })],
}
