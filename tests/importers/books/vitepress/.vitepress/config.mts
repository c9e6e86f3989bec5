import { defineConfig } from 'vitepress'

const guide = [
  { text: 'Start', link: '/guide/start' },
]

// A comment.
export default defineConfig({
  lang: "en-US",
  title: `Sand`,
  themeConfig: {
    sidebar: [
      { text: 'Guide', items: [...guide, { text: "Dunes", link: "/guide/dunes" }] },
    ],
  },
})
